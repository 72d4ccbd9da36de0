using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Flow.Orchestrator.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class HistoryRecords : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "failure",
                table: "history",
                type: "TEXT",
                maxLength: 16,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "node_left",
                table: "history",
                type: "TEXT",
                nullable: true);

            migrationBuilder.Sql(HistoryBackfill.Sqlite);

            migrationBuilder.CreateIndex(
                name: "IX_scopes_begun",
                table: "scopes",
                columns: new[] { "run_id", "scope_id" },
                filter: "status IN ('Running', 'Paused', 'Cancelled')");

            migrationBuilder.CreateIndex(
                name: "IX_history_failures",
                table: "history",
                columns: new[] { "run_id", "id" },
                filter: "failure IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_history_run_id_node_left_id",
                table: "history",
                columns: new[] { "run_id", "node_left", "id" },
                filter: "node_left IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_history_scope_id_node_left_id",
                table: "history",
                columns: new[] { "scope_id", "node_left", "id" },
                filter: "node_left IS NOT NULL AND scope_id <> run_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_scopes_begun",
                table: "scopes");

            migrationBuilder.DropIndex(
                name: "IX_history_failures",
                table: "history");

            migrationBuilder.DropIndex(
                name: "IX_history_run_id_node_left_id",
                table: "history");

            migrationBuilder.DropIndex(
                name: "IX_history_scope_id_node_left_id",
                table: "history");

            migrationBuilder.DropColumn(
                name: "failure",
                table: "history");

            migrationBuilder.DropColumn(
                name: "node_left",
                table: "history");
        }
    }
}
