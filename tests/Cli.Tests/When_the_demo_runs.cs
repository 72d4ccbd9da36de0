using System.Security.Cryptography;
using System.Text;

namespace Flow.Cli.Tests;

// capability 156
public sealed class When_the_demo_runs
{
    [Fact]
    public async Task Should_report_on_the_files_of_a_directory()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("a.txt", "one two\nthree\n");
        directory.Write("copies/b.txt", "one two\nthree\n");
        directory.Write("large.txt", string.Concat(Enumerable.Repeat("word\n", 5000)));
        directory.Write("bin/left-out.txt", "not counted");
        directory.Write("binary.dat", "a\0b");

        var outcome = await FlowCli.RunAsync("demo", directory.Path, "-o", "json");

        outcome.ExitCode.ShouldBe(0, outcome.Error);
        var report = outcome.Json;
        (report.GetProperty("files").GetInt32(), report.GetProperty("words").GetInt32(), report.GetProperty("lines").GetInt32(), report.GetProperty("bytes").GetInt32())
            .ShouldBe((3, 5006, 5004, 25028));
        report.GetProperty("largest")[0].GetProperty("path").GetString().ShouldBe("large.txt");
        var duplicates = report.GetProperty("duplicates").EnumerateArray().ShouldHaveSingleItem();
        duplicates.GetProperty("sha256").GetString().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("one two\nthree\n"))));
        duplicates.GetProperty("paths").EnumerateArray().Select(path => path.GetString()).ShouldBe(["a.txt", "copies/b.txt"]);
    }

    [Fact]
    public async Task Should_show_progress_and_the_retry_in_plain_lines()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("a.txt", "one two\n");
        var outcome = await FlowCli.RunAsync("demo", directory.Path);
        outcome.ExitCode.ShouldBe(0, outcome.Error);
        outcome.Output.ShouldContain("DigestEach");
        outcome.Output.ShouldContain("Demo.FailsOnce");
        outcome.Output.ShouldContain("Succeeded");
        outcome.Output.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task Should_exit_1_with_the_reason_when_the_directory_is_missing()
    {
        var outcome = await FlowCli.RunAsync("demo", "/no/such/directory");
        outcome.ExitCode.ShouldBe(1);
        outcome.Error.ShouldContain("Demo.DirectoryNotFound");
        outcome.Error.ShouldContain("/no/such/directory");
    }

    [Fact]
    public async Task Should_exit_1_when_there_is_nothing_to_digest()
    {
        using var directory = new TemporaryDirectory();
        var outcome = await FlowCli.RunAsync("demo", directory.Path);
        outcome.ExitCode.ShouldBe(1);
        outcome.Error.ShouldContain("Demo.NoTextFiles");
    }

    [Fact]
    public async Task Should_leave_nothing_behind()
    {
        using var files = new TemporaryDirectory();
        using var temporary = new TemporaryDirectory();
        files.Write("a.txt", "one");
        var outcome = await FlowCli.RunAsync(["demo", files.Path], environment: new Dictionary<string, string> { ["TMPDIR"] = temporary.Path });
        outcome.ExitCode.ShouldBe(0, outcome.Error);
        Directory.EnumerateFileSystemEntries(temporary.Path).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(files.Path).Count().ShouldBe(1);
    }
}
