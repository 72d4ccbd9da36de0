using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Flow.Monitor.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "monitor_attempts",
                columns: table => new
                {
                    token = table.Column<Guid>(type: "uuid", nullable: false),
                    run_id = table.Column<Guid>(type: "uuid", nullable: false),
                    scope_id = table.Column<Guid>(type: "uuid", nullable: false),
                    node = table.Column<string>(type: "text", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    worker_id = table.Column<string>(type: "text", nullable: true),
                    scheduled_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    started_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    ended_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    outcome = table.Column<string>(type: "text", nullable: true),
                    error = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_monitor_attempts", x => x.token);
                });

            migrationBuilder.CreateTable(
                name: "monitor_counters",
                columns: table => new
                {
                    name = table.Column<string>(type: "text", nullable: false),
                    workflow = table.Column<string>(type: "text", nullable: false),
                    node = table.Column<string>(type: "text", nullable: false),
                    value = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_monitor_counters", x => new { x.name, x.workflow, x.node });
                });

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

            migrationBuilder.CreateTable(
                name: "monitor_facts",
                columns: table => new
                {
                    run_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    detail = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_monitor_facts", x => new { x.run_id, x.kind, x.at });
                });

            migrationBuilder.CreateTable(
                name: "monitor_rejections",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    run_id = table.Column<Guid>(type: "uuid", nullable: true),
                    workflow = table.Column<string>(type: "text", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: false),
                    message = table.Column<string>(type: "text", nullable: false),
                    idempotency_key = table.Column<string>(type: "text", nullable: true),
                    at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_monitor_rejections", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "monitor_runs",
                columns: table => new
                {
                    run_id = table.Column<Guid>(type: "uuid", nullable: false),
                    workflow = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: true),
                    name = table.Column<string>(type: "text", nullable: true),
                    status = table.Column<string>(type: "text", nullable: false),
                    pause_changed_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    trigger = table.Column<string>(type: "text", nullable: true),
                    started_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    is_start_known = table.Column<bool>(type: "boolean", nullable: false),
                    ended_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    error = table.Column<string>(type: "text", nullable: true),
                    cause = table.Column<string>(type: "text", nullable: true),
                    error_node = table.Column<string>(type: "text", nullable: true),
                    node = table.Column<string>(type: "text", nullable: true),
                    node_sequence = table.Column<long>(type: "bigint", nullable: false),
                    batch_id = table.Column<Guid>(type: "uuid", nullable: true),
                    batch_index = table.Column<int>(type: "integer", nullable: true),
                    tags = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_monitor_runs", x => x.run_id);
                });

            migrationBuilder.CreateTable(
                name: "monitor_transitions",
                columns: table => new
                {
                    scope_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    run_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    events = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_monitor_transitions", x => new { x.scope_id, x.sequence });
                });

            migrationBuilder.CreateTable(
                name: "monitor_workers",
                columns: table => new
                {
                    worker_id = table.Column<string>(type: "text", nullable: false),
                    host = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<string>(type: "text", nullable: false),
                    queues = table.Column<string>(type: "text", nullable: false),
                    handlers = table.Column<string>(type: "text", nullable: false),
                    concurrency = table.Column<int>(type: "integer", nullable: false),
                    in_flight = table.Column<string>(type: "text", nullable: false),
                    started_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    timestamp = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    seen_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    interval_seconds = table.Column<int>(type: "integer", nullable: false),
                    stopping = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_monitor_workers", x => x.worker_id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_monitor_attempts_run_id",
                table: "monitor_attempts",
                column: "run_id");

            migrationBuilder.CreateIndex(
                name: "IX_monitor_attempts_worker_id_outcome",
                table: "monitor_attempts",
                columns: new[] { "worker_id", "outcome" });

            migrationBuilder.CreateIndex(
                name: "IX_monitor_dead_letters_at",
                table: "monitor_dead_letters",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "IX_monitor_dead_letters_run_id",
                table: "monitor_dead_letters",
                column: "run_id");

            migrationBuilder.CreateIndex(
                name: "IX_monitor_rejections_at",
                table: "monitor_rejections",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "IX_monitor_runs_ended_at",
                table: "monitor_runs",
                column: "ended_at");

            migrationBuilder.CreateIndex(
                name: "IX_monitor_runs_started_at",
                table: "monitor_runs",
                column: "started_at");

            migrationBuilder.CreateIndex(
                name: "IX_monitor_runs_status_started_at",
                table: "monitor_runs",
                columns: new[] { "status", "started_at" });

            migrationBuilder.CreateIndex(
                name: "IX_monitor_runs_workflow_started_at",
                table: "monitor_runs",
                columns: new[] { "workflow", "started_at" });

            migrationBuilder.CreateIndex(
                name: "IX_monitor_transitions_run_id_at",
                table: "monitor_transitions",
                columns: new[] { "run_id", "at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "monitor_attempts");

            migrationBuilder.DropTable(
                name: "monitor_counters");

            migrationBuilder.DropTable(
                name: "monitor_dead_letters");

            migrationBuilder.DropTable(
                name: "monitor_facts");

            migrationBuilder.DropTable(
                name: "monitor_rejections");

            migrationBuilder.DropTable(
                name: "monitor_runs");

            migrationBuilder.DropTable(
                name: "monitor_transitions");

            migrationBuilder.DropTable(
                name: "monitor_workers");
        }
    }
}
