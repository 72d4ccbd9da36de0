using System.Net;
using System.Net.Sockets;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Flow.Hosting.Tests;

[Collection("standard streams")]
public sealed class StartupTests
{
    [Fact]
    public async Task A_port_in_use_is_one_line_and_exit_code_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var (exitCode, said) = await RunAsync(async () =>
        {
            var builder = WebApplication.CreateBuilder();
            builder.AddFlowDefaults("test");
            builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
            await using var app = builder.Build();
            await app.RunAsync();
        });
        exitCode.ShouldBe(1);
        said.ShouldStartWith("Flow stopped: ");
        said.ShouldContain($"http://127.0.0.1:{port}");
        said.ShouldContain("ASPNETCORE_URLS");
        said.Trim().ShouldNotContain('\n');
    }

    [Fact]
    public async Task A_wrong_setting_is_one_line_and_exit_code_1()
    {
        var (exitCode, said) = await RunAsync(() =>
        {
            TestApp.Build(settings: new() { ["Flow:Hosting:LogFormat"] = "Xml" });
            return Task.CompletedTask;
        });
        (exitCode, said).ShouldBe((1, "Flow stopped: Flow:Hosting:LogFormat is 'Xml', but must be one of Text, Json.\n"));
    }

    public static TheoryData<Exception, string> Failures => new()
    {
        {
            new ConnectionException("Broker unreachable: guest@127.0.0.1:5672/", new SocketException(111)),
            "The broker cannot be reached: Broker unreachable: guest@127.0.0.1:5672/. Connection refused. Check that it runs and what Flow:Transport and its connection settings name."
        },
        {
            new InvalidOperationException("transient", new SqliteException("unable to open database file", 14)),
            "The database cannot be used: unable to open database file. Check that it runs and what ConnectionStrings:Flow names."
        },
        { new AggregateException(new InvalidOperationException("ConnectionStrings:Flow is missing.\nSet it.")), "ConnectionStrings:Flow is missing. Set it." },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void What_failed_is_said_in_one_sentence(Exception exception, string line) => StartupFailure.Describe(exception).ShouldBe(line);

    [Fact]
    public async Task A_host_that_is_only_being_inspected_is_not_a_failure() =>
        await Should.ThrowAsync<HostAbortedException>(() => FlowProgram.RunAsync(() => throw new HostAbortedException()));

    [Fact]
    public async Task An_orderly_stop_is_exit_code_0()
    {
        var (exitCode, said) = await RunAsync(async () =>
        {
            await using var app = TestApp.Build();
            app.Lifetime.ApplicationStarted.Register(app.Lifetime.StopApplication);
            await app.RunAsync();
        });
        (exitCode, said).ShouldBe((0, ""));
    }

    private static async Task<(int ExitCode, string Said)> RunAsync(Func<Task> program)
    {
        var before = Console.Error;
        using var error = new StringWriter();
        Console.SetError(error);
        try
        {
            return (await FlowProgram.RunAsync(program), error.ToString());
        }
        finally
        {
            Console.SetError(before);
        }
    }
}
