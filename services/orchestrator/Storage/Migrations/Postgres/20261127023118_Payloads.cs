using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Flow.Orchestrator.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Payloads : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "payloads",
                columns: table => new
                {
                    reference = table.Column<Guid>(type: "uuid", nullable: false),
                    offset = table.Column<int>(type: "integer", nullable: false),
                    run_id = table.Column<Guid>(type: "uuid", nullable: false),
                    scope_id = table.Column<Guid>(type: "uuid", nullable: false),
                    token = table.Column<Guid>(type: "uuid", nullable: false),
                    total_bytes = table.Column<int>(type: "integer", nullable: false),
                    bytes = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_payloads", x => new { x.reference, x.offset });
                });

            migrationBuilder.CreateIndex(
                name: "IX_payloads_created_at",
                table: "payloads",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "IX_payloads_run_id_token",
                table: "payloads",
                columns: new[] { "run_id", "token" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "payloads");
        }
    }
}
