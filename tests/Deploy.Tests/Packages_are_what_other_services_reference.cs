using System.Diagnostics;
using System.IO.Compression;

namespace Flow.Deploy.Tests;

/// <summary>The packages that other systems' services reference: packed, with README and symbols.</summary>
public sealed class Packages_are_what_other_services_reference
{
    [Theory]
    [InlineData("Contracts", "Flow.Contracts")]
    [InlineData("Worker", "Flow.Worker")]
    [InlineData("Client", "Flow.Client")]
    [InlineData("Testing", "Flow.Testing")]
    [InlineData("StatesLanguage", "Flow.StatesLanguage")]
    [InlineData("Jsonata", "Flow.Jsonata")]
    [InlineData("Yaml", "Flow.Yaml")]
    public async Task Should_pack_with_a_README_and_symbols(string folder, string package)
    {
        var output = Directory.CreateTempSubdirectory("flow-pack-");
        try
        {
            var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
            var project = Path.Combine(Repository.Root, "shared", folder, package + ".csproj");
            using var pack = Process.Start(new ProcessStartInfo("dotnet", ["pack", project, "--no-build", "--configuration", configuration, "--output", output.FullName])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            })!;
            var said = await pack.StandardOutput.ReadToEndAsync();
            await pack.WaitForExitAsync();
            pack.ExitCode.ShouldBe(0, said);

            output.GetFiles($"{package}.*.snupkg").Length.ShouldBe(1);
            using var zip = ZipFile.OpenRead(output.GetFiles($"{package}.*.nupkg").ShouldHaveSingleItem().FullName);
            var names = zip.Entries.Select(e => e.FullName).ToList();
            names.ShouldContain("README.md");
            names.ShouldContain($"lib/net10.0/{package}.dll");
            names.ShouldContain($"lib/net10.0/{package}.xml");
            names.Contains("analyzers/dotnet/cs/Flow.Worker.Analyzers.dll").ShouldBe(package == "Flow.Worker");
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }
}
