using System;
using System.IO;
using System.Text;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Files;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Loopback;
using LightningOps.Gateway.Probes;
using LightningOps.Observability;
using LightningOps.Payments.Simulation;

namespace LightningOps.Smoke.FullFlow;

/// <summary>
/// A seller and a buyer on this machine: an upstream, a loopback gateway with a real aperture.yaml, a simulated
/// Lightning node, the operator's wallet for the probes, and a buyer with a separate wallet and credential store.
/// </summary>
internal sealed class LocalSite : IDisposable
{
    private const string ConfigFile = "aperture.yaml";

    private readonly CredentialStore credentials;

    /// <summary>Opens a site; it serves nothing yet.</summary>
    /// <param name="folder">Folder of its files; created if missing.</param>
    /// <param name="time">Clock of operator and buyer.</param>
    /// <param name="nodeTime">Clock of gateway and node; null for the same clock.</param>
    public LocalSite(string folder, TimeProvider time, TimeProvider? nodeTime = null)
    {
        Directory.CreateDirectory(folder);
        var config = Path.Combine(folder, ConfigFile);
        Upstream = EchoUpstream.Start();
        Node = new SimulatedLightningNode(new SimulatedNodeOptions { Time = nodeTime ?? time });
        Gateway = Start(config, nodeTime ?? time);
        Rollouts = new ApertureFileGateway(CreateFileOptions(config));
        BuyerWallet = new SimulatedWallet(Node);
        credentials = new CredentialStore(new CredentialStoreOptions { Path = Path.Combine(folder, "buyer.db"), Time = time });
        Buyer = new L402Client(new L402ClientOptions { Observability = Bought }, BuyerWallet, credentials, time: time);
    }

    /// <summary>The site of a smoke's run, in its scratch folder.</summary>
    /// <exception cref="InvalidOperationException">The request has no scratch folder.</exception>
    public static LocalSite Create(SmokeRequest request) =>
        new(request.ScratchDirectory ?? throw new InvalidOperationException("The smoke has no scratch folder."), request.Time);

    /// <summary>The routes for sale.</summary>
    public EchoUpstream Upstream { get; }

    /// <summary>The node that creates the invoices.</summary>
    public SimulatedLightningNode Node { get; }

    /// <summary>The gateway as a process.</summary>
    public LoopbackGateway Gateway { get; }

    /// <summary>The gateway as a target of roll-outs.</summary>
    public IGateway Rollouts { get; }

    /// <summary>The buyer's wallet.</summary>
    public SimulatedWallet BuyerWallet { get; }

    /// <summary>The buyer.</summary>
    public L402Client Buyer { get; }

    /// <summary>Records of the buyer's operations.</summary>
    public MemorySink Bought { get; } = new();

    /// <summary>A request for a path of the shop.</summary>
    /// <param name="path">The path.</param>
    /// <param name="requestId">Id of the request.</param>
    public L402Request RequestFor(string path, string requestId) => new()
    {
        Uri = new Uri(Gateway.Url + path),
        HostHeader = LocalPaywalls.Host,
        RequestId = requestId,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        Buyer.Dispose();
        credentials.Dispose();
        BuyerWallet.Dispose();
        Rollouts.Dispose();
        Gateway.Dispose();
        Upstream.Dispose();
    }

    private LoopbackGateway Start(string config, TimeProvider time)
    {
        AtomicFile.Write(config, Encoding.UTF8.GetBytes("services: []\n"));
        return LoopbackGateway.Start(new LoopbackGatewayOptions { ConfigPath = config, Node = Node, Time = time, StopTimeout = TimeSpan.FromSeconds(1) });
    }

    private ApertureFileGatewayOptions CreateFileOptions(string config) => new()
    {
        Path = config,
        Reload = new LoopbackReload(Gateway),
        ListenAddress = new Uri(Gateway.Url).Authority,
        Probes = new SaleProbeOptions
        {
            BaseUrl = Gateway.Url,
            Payer = L402ProbePayer.WithoutMoney(new SimulatedWallet(Node)),
        },
    };
}
