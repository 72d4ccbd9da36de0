using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Flow.Jsonata;
using Flow.StatesLanguage.Expressions;

namespace Flow.Bench;

/// <summary>Expressions on inputs that are parsed already, as <c>node/measure.mjs</c> evaluates them: parsed once, to a value.</summary>
public class Expressions
{
    private static readonly string Folder = Environment.GetEnvironmentVariable("FLOW_BENCH_INPUTS") ?? "artifacts/bench";
    private Func<object> _evaluate = () => throw new InvalidOperationException("Not set up.");

    public static IEnumerable<Measured> Cases =>
        from written in JsonSerializer.Deserialize<Written[]>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "expressions.json")), JsonSerializerOptions.Web)
        from size in (string[])["small", "large"]
        select new Measured(written, size);

    [ParamsSource(nameof(Cases))]
    public Measured Case { get; set; } = null!;

    [GlobalSetup]
    public void SetUp()
    {
        var input = JsonElement.Parse(File.ReadAllText(Path.Combine(Folder, $"{Case.Size}.json")));
        var text = Case.Written.Expression;
        if (Case.Written.Language == "jsonata")
        {
            var expression = JsonataExpression.Parse(text);
            var environment = new JsonataEnvironment { Input = input };
            _evaluate = () => expression.Evaluate(environment);
        }
        else
        {
            if (!JsonPath.TryParse(text, out var path, out var error))
                throw new InvalidOperationException(error);
            _evaluate = () => path.Evaluate(new Evaluation(input, () => default, default, new Randomness(default)));
        }

        _evaluate();
    }

    [Benchmark]
    public object Evaluate() => _evaluate();

    public sealed record Written(string Name, string Language, string Expression);

    public sealed record Measured(Written Written, string Size)
    {
        public override string ToString() => $"{Written.Language}/{Written.Name}/{Size}";
    }
}
