using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Flow.Monitor.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class DeadLetters : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "monitor_letters",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    status = table.Column<string>(type: "TEXT", nullable: false),
                    queue = table.Column<string>(type: "TEXT", nullable: true),
                    message_key = table.Column<string>(type: "TEXT", nullable: true),
                    message_id = table.Column<string>(type: "TEXT", nullable: true),
                    body = table.Column<byte[]>(type: "BLOB", nullable: true),
                    content_type = table.Column<string>(type: "TEXT", nullable: true),
                    headers = table.Column<string>(type: "TEXT", nullable: true),
                    run_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    scope_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    token = table.Column<Guid>(type: "TEXT", nullable: true),
                    workflow = table.Column<string>(type: "TEXT", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: true),
                    node = table.Column<string>(type: "TEXT", nullable: true),
                    resource = table.Column<string>(type: "TEXT", nullable: true),
                    handler = table.Column<string>(type: "TEXT", nullable: true),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    input = table.Column<string>(type: "TEXT", nullable: true),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    cause = table.Column<string>(type: "TEXT", nullable: true),
                    stack = table.Column<string>(type: "TEXT", nullable: true),
                    fingerprint = table.Column<string>(type: "TEXT", nullable: false),
                    failed_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    received_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    replays = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_monitor_letters", x => x.id);
                });

            migrationBuilder.Sql("""
                INSERT INTO monitor_letters (id, kind, status, run_id, scope_id, token, workflow, version, node, resource, attempts, input, error, cause, fingerprint, failed_at, received_at, replays)
                SELECT token, 'RetriesSpent', 'Open', run_id, scope_id, token, workflow, version, node, resource, attempts, input, error, cause, '', "at", "at", 0 FROM monitor_dead_letters
                """);

            migrationBuilder.DropTable(
                name: "monitor_dead_letters");

            migrationBuilder.CreateTable(
                name: "monitor_letter_acts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    status = table.Column<string>(type: "TEXT", nullable: false),
                    requested_by = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    selection = table.Column<string>(type: "TEXT", nullable: false),
                    letters = table.Column<int>(type: "INTEGER", nullable: false),
                    outcome = table.Column<string>(type: "TEXT", nullable: true),
                    ended_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    canary_seconds = table.Column<int>(type: "INTEGER", nullable: false),
                    per_second = table.Column<int>(type: "INTEGER", nullable: false),
                    next_at = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_monitor_letter_acts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "monitor_letter_items",
                columns: table => new
                {
                    act_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    letter_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    position = table.Column<int>(type: "INTEGER", nullable: false),
                    run_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    status = table.Column<string>(type: "TEXT", nullable: false),
                    detail = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    edited = table.Column<string>(type: "TEXT", nullable: true),
                    sends = table.Column<int>(type: "INTEGER", nullable: false),
                    not_before = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_monitor_letter_items", x => new { x.act_id, x.letter_id });
                });

            migrationBuilder.CreateIndex(
                name: "IX_monitor_letters_failed_at_id",
                table: "monitor_letters",
                columns: new[] { "failed_at", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_monitor_letters_message_key",
                table: "monitor_letters",
                column: "message_key");

            migrationBuilder.CreateIndex(
                name: "IX_monitor_letters_run_id",
                table: "monitor_letters",
                column: "run_id");

            migrationBuilder.CreateIndex(
                name: "IX_monitor_letters_status_failed_at",
                table: "monitor_letters",
                columns: new[] { "status", "failed_at" });

            migrationBuilder.CreateIndex(
                name: "IX_monitor_letters_token",
                table: "monitor_letters",
                column: "token");

            migrationBuilder.CreateIndex(
                name: "IX_monitor_letter_acts_status",
                table: "monitor_letter_acts",
                column: "status");

            migrationBuilder.CreateIndex(
                name: "IX_monitor_letter_items_act_id_status_position",
                table: "monitor_letter_items",
                columns: new[] { "act_id", "status", "position" });

            migrationBuilder.CreateIndex(
                name: "IX_monitor_letter_items_letter_id",
                table: "monitor_letter_items",
                column: "letter_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "monitor_letter_acts");

            migrationBuilder.DropTable(
                name: "monitor_letter_items");

            migrationBuilder.DropTable(
                name: "monitor_letters");

            migrationBuilder.CreateTable(
                name: "monitor_dead_letters",
                columns: table => new
                {
                    token = table.Column<Guid>(type: "TEXT", nullable: false),
                    run_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    scope_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    workflow = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    node = table.Column<string>(type: "TEXT", nullable: false),
                    resource = table.Column<string>(type: "TEXT", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    input = table.Column<string>(type: "TEXT", nullable: false),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    cause = table.Column<string>(type: "TEXT", nullable: true),
                    at = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_monitor_dead_letters", x => x.token);
                });

            migrationBuilder.CreateIndex(
                name: "IX_monitor_dead_letters_at",
                table: "monitor_dead_letters",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "IX_monitor_dead_letters_run_id",
                table: "monitor_dead_letters",
                column: "run_id");
        }
    }
}
