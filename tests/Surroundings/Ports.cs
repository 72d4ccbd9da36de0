using System.Net;
using System.Net.Sockets;

namespace Flow.Tests;

/// <summary>Ports of this machine.</summary>
internal static class Ports
{
    // Below those that the system gives to connections and to whoever binds none in particular, which would take a free one before its server starts.
    private const int First = 20_000;
    private const int Last = 31_999;

    private static readonly List<Socket> Reserved = [];

    /// <summary>One that nobody listens on, and that no other test is given while this process lives.</summary>
    public static int Free()
    {
        for (var tries = 0; tries < 1_000; tries++)
        {
            var port = Random.Shared.Next(First, Last + 1);
            // Who holds the port of the same number for datagrams has it for streams too, by agreement among the tests.
            if (Bound(SocketType.Dgram, port) is not { } reservation)
                continue;
            if (Bound(SocketType.Stream, port) is { } socket)
            {
                socket.Dispose();
                lock (Reserved)
                    Reserved.Add(reservation);
                return port;
            }

            reservation.Dispose();
        }

        throw new InvalidOperationException($"No port from {First} to {Last} is free.");
    }

    private static Socket? Bound(SocketType type, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, type, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}
