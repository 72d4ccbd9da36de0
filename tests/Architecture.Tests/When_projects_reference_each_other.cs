namespace Flow.Architecture.Tests;

public sealed class When_projects_reference_each_other
{
    [Fact]
    public void Should_follow_the_reference_table() => ReferenceTable.Violations(Repository.Projects).ShouldBeEmpty();

    [Fact]
    public void Should_have_a_project_for_each_row_of_the_table() =>
        ReferenceTable.Names.ShouldBeSubsetOf(Repository.Projects.Select(project => project.Name));

    [Fact]
    public void Should_leave_every_service_removable() => ReferenceTable.ServiceViolations(Repository.Projects).ShouldBeEmpty();

    [Theory]
    [InlineData("shared/Contracts/Flow.Contracts.csproj", "<PackageReference Include='MassTransit' />", "must not reference the package MassTransit")]
    [InlineData("shared/StatesLanguage/Flow.StatesLanguage.csproj", @"<ProjectReference Include='..\Contracts\Flow.Contracts.csproj' />", "must not reference the project Flow.Contracts")]
    [InlineData("services/monitor/Flow.Monitor.csproj", @"<ProjectReference Include='..\worker\Flow.StockWorker.csproj' />", "must not reference the project Flow.StockWorker")]
    [InlineData("shared/BuildingBlocks/Flow.BuildingBlocks.csproj", "", "is not in the reference table")]
    public void Should_catch_a_reference_that_is_not_in_the_table(string path, string item, string violation) =>
        ReferenceTable.Violations([Parse(path, item)]).ShouldHaveSingleItem().ShouldContain(violation);

    [Fact]
    public void Should_let_tests_reference_what_they_test() =>
        ReferenceTable.Violations([Parse("tests/Any.Tests/Flow.Any.Tests.csproj", "<PackageReference Include='Anything' />")]).ShouldBeEmpty();

    [Fact]
    public void Should_catch_a_project_that_knows_a_service()
    {
        var monitor = Parse("services/monitor/Flow.Monitor.csproj", "");
        var client = Parse("shared/Client/Flow.Client.csproj", @"<ProjectReference Include='..\..\services\monitor\Flow.Monitor.csproj' />");

        ReferenceTable.ServiceViolations([monitor, client]).ShouldHaveSingleItem().ShouldContain("references the service Flow.Monitor");
    }

    private static Project Parse(string path, string item) => Project.Parse(path, $"<Project><ItemGroup>{item}</ItemGroup></Project>");
}
