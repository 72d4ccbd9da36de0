namespace Flow.Architecture.Tests;

public sealed class When_a_file_is_committed
{
    [Fact]
    public void Should_hold_nothing_of_one_machine_and_nothing_unfinished() =>
        Repository.TextFiles.Where(file => file != "LICENSE").SelectMany(file => TextRules.Violations(file, Repository.Read(file))).ShouldBeEmpty();

    // The samples are put together, so that this file does not break the rules it tests.
    [Theory]
    [InlineData("package-lock.json", "https://registry." + "npmjs.org/a.tgz", "names a package registry")]
    [InlineData("nuget.config", "https://api." + "nuget.org/v3/index.json", "names a package registry")]
    [InlineData("docs/run.md", "cd /ro" + "ot/flow", "a path of one machine")]
    [InlineData("a.cs", "File.Read(\"/home/" + "ada/x\")", "a path of one machine")]
    [InlineData("a.cs", "// TO" + "DO: later", "is unfinished")]
    [InlineData("a.cs", "throw new NotImplemented" + "Exception();", "is unfinished")]
    public void Should_catch_what_must_not_be_there(string file, string text, string violation) =>
        TextRules.Violations(file, text).ShouldHaveSingleItem().ShouldContain(violation);

    [Theory]
    [InlineData("a.md", "https://example.org/work/root")]
    [InlineData("a.cs", "var todo = items.Todo;")]
    [InlineData("Dockerfile", "COPY --from=build /app .")]
    public void Should_let_the_rest_be(string file, string text) => TextRules.Violations(file, text).ShouldBeEmpty();
}
