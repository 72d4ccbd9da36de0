using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Flow.Orchestrator.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class ChildRuns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "parent_resource",
                table: "runs",
                type: "TEXT",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "parent_scope_id",
                table: "runs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_runs_source_run_id",
                table: "runs",
                column: "source_run_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_runs_source_run_id",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "parent_resource",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "parent_scope_id",
                table: "runs");
        }
    }
}
