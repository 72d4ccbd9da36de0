using System.Net;
using System.Net.Sockets;

namespace Flow.Tests;

/// <summary>
/// A port before a server that can be cut and restored: the server "goes down" for whoever comes this way. It can also look at what passes, and
/// keep it from passing.
/// </summary>
internal sealed class Relay(string host, int target) : IDisposable
{
    private readonly HashSet<TcpClient> _clients = [];
    private TcpListener? _listener;

    public int Port { get; } = Ports.Free();

    /// <summary>The server's port; a new one holds for new connections.</summary>
    public int Target { get; set; } = target;

    /// <summary>Looks at bytes on their way to the server; true stops them, and all that follow on their connection.</summary>
    public Func<ReadOnlyMemory<byte>, bool>? StopsSent { get; set; }

    /// <summary>Looks at bytes on their way back; true stops them, and all that follow on their connection.</summary>
    public Func<ReadOnlyMemory<byte>, bool>? StopsReceived { get; set; }

    public void Open()
    {
        var listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        _listener = listener;
        _ = AcceptAsync(listener);
    }

    public void Cut()
    {
        _listener?.Stop();
        lock (_clients)
        {
            foreach (var client in _clients)
                client.Dispose();
            _clients.Clear();
        }
    }

    public void Dispose() => Cut();

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
                _ = ConnectAsync(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    private async Task ConnectAsync(TcpClient near)
    {
        using var far = new TcpClient { NoDelay = true };
        near.NoDelay = true;
        lock (_clients)
            _clients.UnionWith([near, far]);
        try
        {
            await far.ConnectAsync(host, Target);
            await Task.WhenAny(PumpAsync(near, far, bytes => StopsSent?.Invoke(bytes) is true), PumpAsync(far, near, bytes => StopsReceived?.Invoke(bytes) is true));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The server is down, or this was cut.
        }
        finally
        {
            near.Dispose();
            lock (_clients)
                _clients.ExceptWith([near, far]);
        }
    }

    private static async Task PumpAsync(TcpClient from, TcpClient to, Func<ReadOnlyMemory<byte>, bool> stops)
    {
        var buffer = new byte[81_920];
        var stopped = false;
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is > 0 and var count)
            {
                stopped = stopped || stops(buffer.AsMemory(0, count));
                if (!stopped)
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
    }
}
