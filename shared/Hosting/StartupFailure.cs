using System.Data.Common;
using System.Net.Sockets;
using MassTransit;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Flow.Hosting;

/// <summary>Turns what stopped a start-up into one line: what is wrong, where, and what to do.</summary>
internal static class StartupFailure
{
    public static string Describe(Exception exception)
    {
        var chain = Chain(exception).ToArray();
        var line =
            First<OptionsValidationException>() is { } options ? string.Join(' ', options.Failures)
            : First<AddressInUseException>() is not null ? $"{Sentence(First<IOException>()!)} Set ASPNETCORE_URLS to a free address, e.g. http://127.0.0.1:8080."
            : First<ConnectionException>() is { } broker ? $"The broker cannot be reached: {Sentence(broker)}{Reason()} Check that it runs and what Flow:Transport and its connection settings name."
            : First<DbException>() is { } database ? $"The database cannot be used: {Sentence(database)}{Reason()} Check that it runs and what ConnectionStrings:Flow names."
            : First<SocketException>() is { SocketErrorCode: SocketError.AddressNotAvailable or SocketError.AccessDenied } address
                ? $"Cannot listen on '{Environment.GetEnvironmentVariable("ASPNETCORE_URLS")}': {Sentence(address)} Set ASPNETCORE_URLS to an address of this machine and a port that is allowed, e.g. http://127.0.0.1:8080."
            : First<SocketException>() is not null ? $"A connection failed: {Sentence(chain[0])}{Reason()} Check that the other side runs and the host and port in the settings."
            : Sentence(chain[0]);
        return line.ReplaceLineEndings(" ");

        T? First<T>() => chain.OfType<T>().FirstOrDefault();
        string Reason() => First<SocketException>() is { } socket ? $" {Sentence(socket)}" : "";
    }

    private static string Sentence(Exception exception) => exception.Message.TrimEnd('.', ' ', '\n') + ".";

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        for (var e = exception is AggregateException { InnerExceptions.Count: 1 } a ? a.InnerException : exception; e is not null; e = e.InnerException)
            yield return e;
    }
}
