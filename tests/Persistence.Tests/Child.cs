namespace Flow.Persistence.Tests;

public static class Child
{
    public static bool Wants(string[] args) => args is ["child", ..];

    public static Task<int> RunAsync(string[] args) => Task.FromResult(0);
}
