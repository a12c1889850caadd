using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using LightningOps.Payments;
using LightningOps.Payments.Lnd;
using LightningOps.Settings;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Status;

/// <summary>
/// The LND node of a seller, which can receive 90 satoshis: locked, unsynced, down, another program or one that repeats the macaroon; or drained, reserved or
/// inactive, where it can receive less. Any other word leaves it as it should be.
/// </summary>
internal sealed class PayeeNode : IAsyncDisposable
{
    public const string Macaroon = "0201beef";
    private const string Ready = "{\"identity_pubkey\":\"02\",\"synced_to_chain\":true}";
    private readonly LoopbackServer server;
    private readonly string broken;

    public PayeeNode(string broken)
    {
        this.broken = broken;
        server = new LoopbackServer(request => Task.FromResult(Answer(request.Target, broken)));
    }

    /// <summary>The node as the command opens it.</summary>
    public LndPayee Open() => Open(broken == "down" ? "http://127.0.0.1:9" : server.Url);

    public static LndPayee Open(string url) => new(url, new PayerSettings { Environment = OperatorEnvironment.ForProcess(), Macaroon = new OperatorSecret(() => Macaroon), Http = new WalletHttpOptions { AllowInsecure = true } });

    /// <summary>The requests it was sent.</summary>
    public IReadOnlyList<RecordedRequest> Requests => server.Requests;

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static Reply Answer(string target, string broken) => (target, broken) switch
    {
        (_, "locked") => Reply.Json("{\"code\":2,\"message\":\"wallet locked, unlock it to enable full RPC access\",\"details\":[]}", 500),
        (_, "echo") => Reply.Json("{\"code\":2,\"message\":\"verification failed: " + Macaroon + "\"}", 500),
        (_, "other") => Reply.Json("[]"),
        ("/v1/getinfo", "unsynced") => Reply.Json(Ready.Replace("true", "false", StringComparison.Ordinal)),
        ("/v1/getinfo", _) => Reply.Json(Ready),
        ("/v1/channels?active_only=true", "drained") => Reply.Json("{\"channels\":[{\"active\":true,\"remote_balance\":\"40\"},{\"active\":true}]}"),
        ("/v1/channels?active_only=true", "reserved") => Reply.Json("{\"channels\":[{\"active\":true,\"remote_balance\":\"1000\",\"remote_chan_reserve_sat\":\"950\"}]}"),
        ("/v1/channels?active_only=true", "inactive") => Reply.Json("{\"channels\":[{\"active\":false,\"remote_balance\":\"100000\"}]}"),
        ("/v1/channels?active_only=true", _) => Reply.Json("{\"channels\":[{\"active\":true,\"remote_balance\":\"50\"},{\"active\":true,\"remote_balance\":\"40\"}]}"),
        _ => Reply.Status(404),
    };
}
