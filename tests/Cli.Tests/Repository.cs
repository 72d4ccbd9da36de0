namespace Flow.Cli.Tests;

/// <summary>The repository under test.</summary>
internal static class Repository
{
    public static string Root => Checkout.Root;

    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);
}
