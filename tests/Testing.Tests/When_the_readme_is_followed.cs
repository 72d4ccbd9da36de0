using System.Runtime.CompilerServices;
using Flow.Testing;

namespace Flow.Testing.Tests;

/// <summary>The examples of the READMEs, compiled and run as they stand there.</summary>
public sealed class When_the_readme_is_followed
{
    // <example>
    private readonly WorkflowTest _order = WorkflowTest.FromFile("order.asl.yaml")
        .Handle("delay", _ => null)
        .Handle("echo", attempt => attempt.Payload);

    [Fact]
    public void Confirms_an_order() => _order.Run(new { id = 7, total = 60 })
        .ShouldTake("CheckOrder", "Prepare", "ReserveStock", "PriceClass", "ChargeCard", "WaitForPickup", "Confirm")
        .ShouldSucceed(new { orderId = 7, status = "confirmed", reservation = "R-7", charged = 60 });

    [Fact]
    public void Tries_the_card_again_and_gives_the_stock_back()
    {
        var run = _order
            .Handle("echo", attempt => attempt.Node == "ChargeCard" ? Reply.Fail("Payment.Down", "no line to the bank") : attempt.Payload)
            .Run(new { id = 7, total = 60 });

        run.ShouldFail("Payment.Down", "no line to the bank");
        run.Path.TakeLast(2).ShouldBe(["GiveStockBack", "OrderFailed"]);
        run.Attempts("ChargeCard").Select(a => a.After.TotalSeconds).ShouldBe([0, 1, 2, 4]);
    }
    // </example>

    [Theory]
    [InlineData("README.md")]
    [InlineData("shared/Testing/README.md")]
    public void Should_be_what_the_readmes_show(string readme)
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));
        var example = File.ReadAllText(ThisFile()).Split("// <example>\n")[1].Split("    // </example>")[0];
        var shown = string.Concat(example.Split('\n').Select(line => (line.StartsWith("    ", StringComparison.Ordinal) ? line[4..] : line) + "\n")).Trim();

        File.ReadAllText(Path.Combine(root, readme)).ShouldContain(shown);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
