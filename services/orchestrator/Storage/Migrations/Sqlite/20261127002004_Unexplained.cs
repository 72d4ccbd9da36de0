using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Flow.Orchestrator.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Unexplained : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "unexplained",
                columns: table => new
                {
                    scope_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    run_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    since = table.Column<string>(type: "TEXT", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_unexplained", x => x.scope_id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_scopes_open",
                table: "scopes",
                column: "scope_id",
                filter: "ended_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_runs_open",
                table: "runs",
                column: "run_id",
                filter: "ended_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_unexplained_run_id",
                table: "unexplained",
                column: "run_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "unexplained");

            migrationBuilder.DropIndex(
                name: "IX_scopes_open",
                table: "scopes");

            migrationBuilder.DropIndex(
                name: "IX_runs_open",
                table: "runs");
        }
    }
}
