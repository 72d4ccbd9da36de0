namespace Flow.Architecture.Tests;

public sealed class When_the_repository_is_laid_out
{
    [Fact]
    public void Should_keep_its_root_documents_to_four() =>
        Repository.Files.Where(file => !file.Contains('/') && file.EndsWith(".md", StringComparison.OrdinalIgnoreCase))
            .ShouldBeSubsetOf(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"]);

    [Fact]
    public void Should_give_each_service_and_the_command_line_an_image_of_its_own() =>
        Repository.Projects.Where(project => project.IsService || project.Name == "Flow.Cli").Select(project => $"{Path.GetDirectoryName(project.Path)}/Dockerfile")
            .ShouldBeSubsetOf(Repository.Files);

    [Fact]
    public void Should_hold_every_project_in_the_solution()
    {
        var solution = Repository.Read("Flow.sln").Replace('\\', '/');

        Repository.Projects.Select(project => project.Path)
            .Where(path => !path.StartsWith("examples/", StringComparison.Ordinal) && !path.StartsWith("bench/", StringComparison.Ordinal))
            .Where(path => !solution.Contains($"\"{path}\"", StringComparison.Ordinal)).ShouldBeEmpty();
    }
}
