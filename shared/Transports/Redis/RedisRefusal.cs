using StackExchange.Redis;

namespace Flow.Transports.Redis;

/// <summary>What it means that Redis does not let us in.</summary>
internal static class RedisRefusal
{
    // As Redis begins its errors: it may well answer otherwise a little later.
    private static readonly string[] Passing = ["LOADING", "BUSY", "OOM", "MISCONF", "READONLY", "MASTERDOWN", "NOREPLICAS", "TRYAGAIN", "CLUSTERDOWN", "UNBLOCKED"];

    public static bool IsPassing(RedisServerException exception) => Array.Exists(Passing, word => exception.Message.StartsWith(word, StringComparison.Ordinal));

    /// <summary>A sentence for what passes; what a setting is to blame for is thrown.</summary>
    /// <exception cref="InvalidOperationException">It will not pass by itself; names the setting.</exception>
    public static string Judge(RedisSettings settings, Exception exception)
    {
        var texts = Texts(exception).ToList();
        if (exception is RedisNotDurableException)
            throw new InvalidOperationException(exception.Message, exception);
        if (texts.Exists(text => Names(text, "WRONGPASS") || Names(text, "NOAUTH") || Names(text, "ERR AUTH")))
        {
            throw new InvalidOperationException(
                $"{settings.Name} refuses the user '{settings.User ?? "default"}': set user and password in ConnectionStrings:Redis.", exception);
        }

        if (texts.Find(text => Names(text, "NOPERM")) is { } forbidden)
            throw new InvalidOperationException($"{settings.Name} does not let the user '{settings.User ?? "default"}' do what Flow needs (see docs/transports.md): {forbidden}", exception);
        if (texts.Exists(text => Names(text, "DB index is out of range") || Names(text, "database does not exist") || Names(text, "switch to database")))
            throw new InvalidOperationException($"{settings.Name} has no database {settings.Database}: set another in ConnectionStrings:Redis, or raise 'databases' on the server.", exception);
        return $"{settings.Name} cannot be reached ({texts[^1]}).";
    }

    private static bool Names(string text, string word) => text.Contains(word, StringComparison.Ordinal);

    private static IEnumerable<string> Texts(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            yield return exception.Message;
    }
}
