using System.CommandLine;
using System.Net;
using System.Net.Sockets;

namespace Flow.Cli.Dev;

/// <summary>Ports that the user chose.</summary>
internal static class PortCheck
{
    private const int MaxPort = 65535;

    public static Option<int> Option(string name, string description, int usual) =>
        new(name) { Description = description, HelpName = "port", DefaultValueFactory = _ => usual, CustomParser = Values.Whole(0, MaxPort) };

    /// <summary>Fails with the option's name when the port is taken; before anything is started.</summary>
    public static void Demand(int port, string option)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw CliException.Failed($"Port {port} on 127.0.0.1 is in use. Stop what uses it, or name another with {option} (0: any free port).");
        }
        catch (SocketException e)
        {
            throw CliException.Failed($"Port {port} on 127.0.0.1 cannot be opened: {e.Message}. Name another with {option}.");
        }
    }
}
