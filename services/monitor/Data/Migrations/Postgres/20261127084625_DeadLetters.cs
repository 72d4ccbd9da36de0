using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Flow.Monitor.Data.Migrations.Postgres
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
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    queue = table.Column<string>(type: "text", nullable: true),
                    message_key = table.Column<string>(type: "text", nullable: true),
                    message_id = table.Column<string>(type: "text", nullable: true),
                    body = table.Column<byte[]>(type: "bytea", nullable: true),
                    content_type = table.Column<string>(type: "text", nullable: true),
                    headers = table.Column<string>(type: "text", nullable: true),
                    run_id = table.Column<Guid>(type: "uuid", nullable: true),
                    scope_id = table.Column<Guid>(type: "uuid", nullable: true),
                    token = table.Column<Guid>(type: "uuid", nullable: true),
                    workflow = table.Column<string>(type: "text", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: true),
                    node = table.Column<string>(type: "text", nullable: true),
                    resource = table.Column<string>(type: "text", nullable: true),
                    handler = table.Column<string>(type: "text", nullable: true),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    input = table.Column<string>(type: "text", nullable: true),
                    error = table.Column<string>(type: "text", nullable: true),
                    cause = table.Column<string>(type: "text", nullable: true),
                    stack = table.Column<string>(type: "text", nullable: true),
                    fingerprint = table.Column<string>(type: "text", nullable: false),
                    failed_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    received_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    replays = table.Column<int>(type: "integer", nullable: false)
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
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    requested_by = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    selection = table.Column<string>(type: "text", nullable: false),
                    letters = table.Column<int>(type: "integer", nullable: false),
                    outcome = table.Column<string>(type: "text", nullable: true),
                    ended_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    canary_seconds = table.Column<int>(type: "integer", nullable: false),
                    per_second = table.Column<int>(type: "integer", nullable: false),
                    next_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_monitor_letter_acts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "monitor_letter_items",
                columns: table => new
                {
                    act_id = table.Column<Guid>(type: "uuid", nullable: false),
                    letter_id = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false),
                    run_id = table.Column<Guid>(type: "uuid", nullable: true),
                    status = table.Column<string>(type: "text", nullable: false),
                    detail = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    edited = table.Column<string>(type: "text", nullable: true),
                    sends = table.Column<int>(type: "integer", nullable: false),
                    not_before = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
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
                    token = table.Column<Guid>(type: "uuid", nullable: false),
                    run_id = table.Column<Guid>(type: "uuid", nullable: false),
                    scope_id = table.Column<Guid>(type: "uuid", nullable: false),
                    workflow = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    node = table.Column<string>(type: "text", nullable: false),
                    resource = table.Column<string>(type: "text", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    input = table.Column<string>(type: "text", nullable: false),
                    error = table.Column<string>(type: "text", nullable: true),
                    cause = table.Column<string>(type: "text", nullable: true),
                    at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
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
