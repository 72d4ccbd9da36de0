namespace Flow.Persistence.Tests;

public sealed class FlowDatabaseTests
{
    [Theory]
    [InlineData("Host=db;Database=flow;Username=flow;Password=x", DatabaseKind.Postgres)]
    [InlineData("Database=flow; host = db", DatabaseKind.Postgres)]
    [InlineData("Server=db;Database=flow", DatabaseKind.Postgres)]
    [InlineData("Data Source=/var/lib/flow/flow.db", DatabaseKind.Sqlite)]
    [InlineData("DataSource=flow.db;Cache=Shared", DatabaseKind.Sqlite)]
    public void Should_know_the_database_by_its_connection_string(string connectionString, DatabaseKind expected) =>
        FlowDatabase.KindOf(connectionString).ShouldBe(expected);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("secret")]
    [InlineData("Database=flow;Password=secret")]
    [InlineData("Password=\"Host=secret\"")]
    public void Should_name_the_setting_and_both_forms_but_not_the_text(string? connectionString)
    {
        var message = Should.Throw<InvalidOperationException>(() => FlowDatabase.KindOf(connectionString)).Message;

        message.ShouldContain("ConnectionStrings:Flow");
        message.ShouldContain("Host=");
        message.ShouldContain("Data Source=");
        message.ShouldNotContain("secret");
    }
}
