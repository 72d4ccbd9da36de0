using System.Collections.Immutable;
using Flow.Worker.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Flow.WorkerAnalyzers.Tests;

/// <summary>A piece of source, compiled against Flow.Worker and what this process runs on.</summary>
internal sealed class Compiled
{
    private const string Head =
        """
        using System;
        using System.Collections.Generic;
        using System.IO;
        using System.Linq;
        using System.Net.Http;
        using System.Text.Json;
        using System.Text.Json.Serialization;
        using System.Threading;
        using System.Threading.Tasks;
        using Flow.Worker;

        """;

    private static readonly ImmutableArray<MetadataReference> References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    private readonly Compilation _compilation;

    private Compiled(Compilation compilation) => _compilation = compilation;

    /// <summary>What the compiler generated, if anything.</summary>
    public string? Generated { get; private init; }

    /// <summary>Compiles, with the generator at work; what does not compile is the test's own mistake.</summary>
    public static Compiled Of(string source)
    {
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest);
        var bare = CSharpCompilation.Create(
            "Shop.Worker", [CSharpSyntaxTree.ParseText(Head + source, options, cancellationToken: TestContext.Current.CancellationToken)], References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        var driver = CSharpGeneratorDriver.Create([new HandlerRegistrationGenerator().AsSourceGenerator()], parseOptions: options)
            .RunGeneratorsAndUpdateCompilation(bare, out var compilation, out var faults, TestContext.Current.CancellationToken);
        faults.ShouldBeEmpty();
        compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(d => d.Severity == DiagnosticSeverity.Error).ShouldBeEmpty();
        return new(compilation) { Generated = driver.GetRunResult().GeneratedTrees.SingleOrDefault()?.ToString() };
    }

    /// <summary>What the analyzers say, in order of place.</summary>
    public async Task<IReadOnlyList<string>> Diagnostics()
    {
        var found = await _compilation.WithAnalyzers([new HandlerDeclarationAnalyzer(), new HandlerBodyAnalyzer()])
            .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        return [.. found.OrderBy(d => d.Location.SourceSpan.Start).Select(d => $"{d.Id} {d.GetMessage()}")];
    }
}
