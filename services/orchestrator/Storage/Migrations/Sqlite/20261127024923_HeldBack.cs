using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Flow.Orchestrator.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class HeldBack : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "held_back_children",
                columns: table => new
                {
                    group_token = table.Column<Guid>(type: "TEXT", nullable: false),
                    first_index = table.Column<int>(type: "INTEGER", nullable: false),
                    count = table.Column<int>(type: "INTEGER", nullable: false),
                    run_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    parent_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    lineage = table.Column<string>(type: "TEXT", nullable: false),
                    children = table.Column<string>(type: "TEXT", nullable: false),
                    variables = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_held_back_children", x => new { x.group_token, x.first_index });
                });

            migrationBuilder.CreateIndex(
                name: "IX_scopes_held_back",
                table: "scopes",
                columns: new[] { "parent_id", "group_token", "index" },
                filter: "status = 'Pending'");

            migrationBuilder.CreateIndex(
                name: "IX_held_back_children_run_id",
                table: "held_back_children",
                column: "run_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "held_back_children");

            migrationBuilder.DropIndex(
                name: "IX_scopes_held_back",
                table: "scopes");
        }
    }
}
