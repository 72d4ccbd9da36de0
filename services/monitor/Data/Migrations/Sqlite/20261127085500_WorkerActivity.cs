using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Flow.Monitor.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class WorkerActivity : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "activity",
                table: "monitor_workers",
                type: "TEXT",
                nullable: false,
                defaultValue: "Idle");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "activity",
                table: "monitor_workers");
        }
    }
}
