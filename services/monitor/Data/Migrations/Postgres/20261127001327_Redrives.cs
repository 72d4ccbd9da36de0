using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Flow.Monitor.Data.Migrations.Postgres
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
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<DateTime>(
                name: "redriven_at",
                table: "monitor_runs",
                type: "timestamp with time zone",
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
