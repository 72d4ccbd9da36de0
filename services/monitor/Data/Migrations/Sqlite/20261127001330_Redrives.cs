using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Flow.Monitor.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Redrives : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "is_paused",
                table: "monitor_runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<DateTime>(
                name: "redriven_at",
                table: "monitor_runs",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "is_paused",
                table: "monitor_runs");

            migrationBuilder.DropColumn(
                name: "redriven_at",
                table: "monitor_runs");
        }
    }
}
