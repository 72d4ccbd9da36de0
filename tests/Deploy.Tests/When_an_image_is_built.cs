using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Flow.Deploy.Tests;

public sealed partial class When_an_image_is_built
{
    public static TheoryData<string, string> Services => new()
    {
        { "services/orchestrator", "Flow.Orchestrator" },
        { "services/worker", "Flow.StockWorker" },
        { "services/monitor", "Flow.Monitor" },
    };

    public static TheoryData<string, string> Images => new(Services.Select(row => (row.Data.Item1, row.Data.Item2)).Append(("cli", "Flow.Cli")));

    [Theory, MemberData(nameof(Images))]
    public void Should_keep_the_rules_of_an_image(string folder, string project)
    {
        File.Exists(Repository.PathOf($"{folder}/{project}.csproj")).ShouldBeTrue();
        Read(folder).Violations(path => Path.Exists(Repository.PathOf(path))).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Images))]
    public void Should_copy_every_project_it_is_built_from(string folder, string project)
    {
        var needed = Closure($"{folder}/{project}.csproj").ToList();

        Read(folder).CopiedPaths.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal)).ShouldBe(needed, ignoreOrder: true);
        foreach (var source in needed.Select(path => Path.GetDirectoryName(path)!))
            Read(folder).CopiedPaths.ShouldContain(path => source == path || source.StartsWith(path + "/", StringComparison.Ordinal), $"the sources of {source}");
    }

    [Theory, MemberData(nameof(Images))]
    public void Should_copy_every_file_that_a_project_takes_from_elsewhere(string folder, string project)
    {
        var elsewhere = Closure($"{folder}/{project}.csproj").SelectMany(one => IncludedFrom(one, OtherFile()));

        foreach (var file in elsewhere)
            Read(folder).CopiedPaths.ShouldContain(path => file == path || file.StartsWith(path + "/", StringComparison.Ordinal), file);
    }

    [Theory, MemberData(nameof(Services))]
    public void Should_start_the_service_on_port_8080(string folder, string project)
    {
        var image = Read(folder);

        image.All("EXPOSE").ShouldBe(["8080"]);
        image.All("ENV").ShouldContain("ASPNETCORE_URLS=http://+:8080");
        image.All("ENTRYPOINT").ShouldBe([$"[\"dotnet\", \"{project}.dll\"]"]);
    }

    // capability 145
    [Theory]
    [InlineData(StatusCodes.Status200OK, 0)]
    [InlineData(StatusCodes.Status503ServiceUnavailable, 1)]
    public async Task Should_be_healthy_when_the_service_is_ready(int status, int exitCode)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var service = builder.Build();
        service.MapGet("/health/ready", () => Results.StatusCode(status));
        await service.StartAsync(TestContext.Current.CancellationToken);
        var port = new Uri(service.Urls.Single()).Port;

        foreach (var folder in Services.Select(row => row.Data.Item1))
        {
            var command = Read(folder).HealthCheckCommand.ShouldNotBeNull().Replace("/8080", $"/{port}", StringComparison.Ordinal);
            (await Tool.RunAsync("bash", "-c", command)).ExitCode.ShouldBe(exitCode, folder);
        }
    }

    [Fact]
    public async Task Should_be_unhealthy_when_nothing_listens() =>
        (await Tool.RunAsync("bash", "-c", Read("services/worker").HealthCheckCommand!.Replace("/8080", "/1", StringComparison.Ordinal))).ExitCode.ShouldBe(1);

    [Theory]
    [InlineData("FROM a\nUSER 1\nENTRYPOINT [\"a\"]", "FROM a floats")]
    [InlineData("FROM a:latest\nUSER 1\nENTRYPOINT [\"a\"]", "FROM a:latest floats")]
    [InlineData("FROM a:1\nENTRYPOINT [\"a\"]", "runs as root")]
    [InlineData("FROM a:1\nUSER root\nENTRYPOINT [\"a\"]", "runs as root")]
    [InlineData("FROM a:1\nCOPY nowhere \\\n  .\nUSER 1\nENTRYPOINT [\"a\"]", "COPY nowhere: there is no such file")]
    [InlineData("FROM a:1\nUSER 1\nENTRYPOINT a", "ENTRYPOINT is not in its JSON form")]
    public void Should_catch_what_breaks_the_rules(string text, string violation) =>
        Dockerfile.Parse(text).Violations(_ => false).ShouldHaveSingleItem().ShouldContain(violation);

    private static Dockerfile Read(string folder) => Dockerfile.Parse(Repository.Read($"{folder}/Dockerfile"));

    private static IEnumerable<string> Closure(string project) => IncludedFrom(project, ProjectReference()).SelectMany(Closure).Prepend(project).Distinct();

    /// <summary>The paths a project file includes, from the root of the repository.</summary>
    private static IEnumerable<string> IncludedFrom(string project, Regex include) =>
        include.Matches(Repository.Read(project))
            .Select(match => Path.GetFullPath(match.Groups[1].Value.Replace('\\', '/'), Path.GetDirectoryName(Repository.PathOf(project))!))
            .Select(path => Path.GetRelativePath(Repository.Root, path));

    [GeneratedRegex("<ProjectReference Include=\"([^\"]+)\"")]
    private static partial Regex ProjectReference();

    [GeneratedRegex("<(?:EmbeddedResource|Content|Compile) Include=\"(\\.\\.[^\"]+)\"")]
    private static partial Regex OtherFile();
}
