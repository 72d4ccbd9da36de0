namespace Flow.Architecture.Tests;

public sealed class When_source_is_written
{
    private static readonly IReadOnlyList<(string File, string Text)> Written =
        [.. Repository.SourceFiles.Where(file => !SourceRules.IsGenerated(file)).Select(file => (file, Repository.Read(file)))];

    [Fact]
    public void Should_keep_files_and_methods_short() => Written.SelectMany(source => SourceRules.Size(source.File, source.Text)).ShouldBeEmpty();

    [Fact]
    public void Should_name_types_by_what_they_are() => Written.SelectMany(source => SourceRules.TypeNames(source.File, source.Text)).ShouldBeEmpty();

    [Fact]
    public void Should_name_folders_by_what_they_hold() => Repository.Files.SelectMany(SourceRules.FolderNames).ShouldBeEmpty();

    [Fact]
    public void Should_take_time_as_data() => Written.SelectMany(source => SourceRules.Clock(source.File, source.Text)).ShouldBeEmpty();

    [Fact]
    public void Should_wait_for_conditions_in_tests() =>
        Written.Where(source => MayNotSleep(source.File)).SelectMany(source => SourceRules.Sleeps(source.File, source.Text)).ShouldBeEmpty();

    [Theory]
    [InlineData(300, 0)]
    [InlineData(301, 1)]
    public void Should_catch_a_long_file(int lines, int violations) =>
        SourceRules.Size("a/Long.cs", string.Concat(Enumerable.Repeat("// line\n", lines))).Count().ShouldBe(violations);

    [Theory]
    [InlineData("services/a/Program.cs", 25, 0)]
    [InlineData("services/a/Program.cs", 26, 1)]
    [InlineData("tests/A/Program.cs", 26, 0)]
    public void Should_catch_a_long_program(string file, int lines, int violations) =>
        SourceRules.Size(file, string.Concat(Enumerable.Repeat("// line\n", lines))).Count().ShouldBe(violations);

    [Theory]
    [InlineData("void Long()", 67, 0)]
    [InlineData("void Long()", 68, 1)]
    [InlineData("int Long { get", 68, 1)]
    [InlineData("C()", 68, 1)]
    [InlineData("void Outer() { void Local()", 68, 2)]
    public void Should_catch_a_long_method(string head, int bodyLines, int violations)
    {
        var body = string.Concat(Enumerable.Repeat("        ;\n", bodyLines));
        var tail = string.Concat(Enumerable.Repeat("}", head.Count(c => c == '{')));

        SourceRules.Size("a/C.cs", $"class C\n{{\n    {head}\n    {{\n{body}    }}{tail}\n}}\n").Count().ShouldBe(violations);
    }

    [Theory]
    [InlineData("class RunManager;", 1)]
    [InlineData("record struct Helper;", 1)]
    [InlineData("static class JsonUtils;", 1)]
    [InlineData("enum Misc { A }", 1)]
    [InlineData("interface ICommon;", 1)]
    [InlineData("class Commonwealth;", 0)]
    [InlineData("class PeerLinkHelperless;", 0)]
    public void Should_catch_a_type_named_by_nothing(string source, int violations) => SourceRules.TypeNames("a/C.cs", source).Count().ShouldBe(violations);

    [Theory]
    [InlineData("shared/Common/A.cs", 1)]
    [InlineData("shared/Flow.Utils/A.cs", 1)]
    [InlineData("shared/Contracts/Common.cs", 0)]
    public void Should_catch_a_folder_named_by_nothing(string file, int violations) => SourceRules.FolderNames(file).Count().ShouldBe(violations);

    [Theory]
    [InlineData("var a = DateTime.UtcNow;", 1)]
    [InlineData("var a = System.DateTimeOffset.Now.AddDays(1);", 1)]
    [InlineData("var a = DateTime.Today;", 1)]
    [InlineData("var a = time.GetUtcNow();", 0)]
    [InlineData("// DateTime.Now is banned", 0)]
    public void Should_catch_a_read_of_the_clock(string source, int violations) => SourceRules.Clock("a/C.cs", source).Count().ShouldBe(violations);

    [Theory]
    [InlineData("await Task.Delay(100);", 1)]
    [InlineData("await System.Threading.Tasks.Task.Delay(TimeSpan.FromSeconds(1), token);", 1)]
    [InlineData("Thread.Sleep(1);", 1)]
    [InlineData("await Task.Delay(Timeout.Infinite, token);", 0)]
    [InlineData("await worker.Delay(1);", 0)]
    public void Should_catch_a_sleep(string source, int violations) => SourceRules.Sleeps("tests/A/C.cs", source).Count().ShouldBe(violations);

    private static bool MayNotSleep(string file) =>
        file.StartsWith("tests/", StringComparison.Ordinal)
        && !file.StartsWith("tests/EndToEnd", StringComparison.Ordinal) && !file.StartsWith("tests/Chaos", StringComparison.Ordinal)
        && !file.StartsWith("tests/Surroundings/Processes", StringComparison.Ordinal);
}
