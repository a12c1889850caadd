using System;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Postgres;
using LightningOps.Settings;
using LightningOps.Storage;
using LightningOps.Storage.Postgres;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Storage.Postgres;

/// <summary>A server that accepts connections and does not answer.</summary>
public sealed class PostgresOutageTests : IDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromMinutes(1);
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> accepted = [];
    private int connections;

    public PostgresOutageTests()
    {
        listener.Start();
        _ = Task.Run(async () =>
        {
            while (true)
            {
                accepted.Add(await listener.AcceptSocketAsync());
                Interlocked.Increment(ref connections);
            }
        });
    }

    public void Dispose()
    {
        listener.Dispose();
        foreach (var socket in accepted)
        {
            socket.Dispose();
        }
    }

    [Fact]
    public async Task A_command_with_patience_asks_it_once()
    {
        var patience = new StorePatience(TimeSpan.FromSeconds(1));
        using var first = new PostgresControlPlane(Options(patience));
        var failure = await Assert.ThrowsAsync<StoreException>(() => first.GetSecurityStateAsync(CancellationToken.None).WaitAsync(Guard));
        Assert.Equal("store_unreachable", failure.Code);
        var asked = Volatile.Read(ref connections);

        using var second = new PostgresControlPlane(Options(patience));
        var next = await Assert.ThrowsAsync<StoreException>(() => second.ListPaywallsAsync(CancellationToken.None));

        Assert.Equal(failure.Message, next.Message);
        Assert.Equal(asked, Volatile.Read(ref connections));
    }

    [Fact]
    public async Task A_cancelled_call_ends_although_the_server_does_not_answer()
    {
        using var plane = new PostgresControlPlane(Options(null));
        using var stop = new CancellationTokenSource();
        var call = plane.GetSecurityStateAsync(stop.Token);
        SpinWait.SpinUntil(() => Volatile.Read(ref connections) > 0, Guard);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(Guard));
    }

    [PostgresFact]
    public async Task A_server_that_stops_answering_within_a_session_is_given_up_and_the_next_command_reaches_it()
    {
        using var server = PostgresServer.Start("max_connections=20");
        using var database = new PostgresDatabase(server, isMigrated: true);
        using var plane = new PostgresControlPlane(database.Options() with { Patience = new StorePatience(TimeSpan.FromSeconds(2)) });
        await plane.GetSecurityStateAsync(CancellationToken.None);
        server.Freeze();
        try
        {
            var failure = await Assert.ThrowsAsync<StoreException>(() => plane.GetSecurityStateAsync(CancellationToken.None).WaitAsync(Guard));
            Assert.Contains("does not answer in time", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            server.Thaw();
        }

        using var next = new PostgresControlPlane(database.Options());
        Assert.False((await next.GetSecurityStateAsync(CancellationToken.None)).Global.GlobalPause);
    }

    private PostgresStoreOptions Options(StorePatience? patience) => new()
    {
        Connection = FormattableString.Invariant($"Host=127.0.0.1;Port={((IPEndPoint)listener.LocalEndpoint).Port};Database=none;Username=none;Timeout=300"),
        Environment = new OperatorEnvironment(static _ => null),
        Patience = patience,
    };
}
