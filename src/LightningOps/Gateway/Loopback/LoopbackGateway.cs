using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Loopback.Credentials;
using LightningOps.Gateway.Loopback.Forwarding;
using LightningOps.Gateway.Loopback.Http;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.Payments.Simulation;

namespace LightningOps.Gateway.Loopback;

/// <summary>
/// A loopback gateway that serves an aperture.yaml like Aperture: it matches services in order, mints and verifies L402
/// credentials, limits rates and forwards requests. Only the Lightning node is simulated.
/// </summary>
/// <remarks>It follows the source of Aperture; it rejects or reports unsupported features (dynamic prices, sessions, gRPC upstreams, TLS, files).</remarks>
public sealed class LoopbackGateway : IDisposable
{
    private readonly LoopbackGatewayOptions options;
    private readonly Func<string, string?> environment;
    private readonly UpstreamProxy upstreams;
    private readonly GatewayRequests requests;
    private readonly TransactionLog transactions = new();
    private readonly HttpServer server;
    private readonly ConfigWatch? watch;
    private const string WalletNotice = "The invoices of this gateway are simulated: this session and every process with the token of the wallet port can pay them, wallets of a real network cannot";

    private readonly string? walletToken;
    private readonly WalletServer? walletServer;
    private readonly object loading = new();
    private volatile LoopbackLiveConfiguration live;
    private volatile LoopbackConfigException? refused;

    private LoopbackGateway(LoopbackGatewayOptions options)
    {
        this.options = options;
        environment = options.Environment ?? Environment.GetEnvironmentVariable;
        var random = options.RandomBytes ?? RandomBytes.Generate;
        Node = options.Node ?? new SimulatedLightningNode(new SimulatedNodeOptions { Time = options.Time, RandomBytes = options.RandomBytes });
        Wallet = new SimulatedWallet(Node, options.RandomBytes);
        Node.Settled += transactions.Settle;
        ConfigPath = options.ConfigPath is null ? null : Path.GetFullPath(options.ConfigPath);
        live = LoopbackLiveConfiguration.Empty(options.Time);
        Begin();
        var keys = new RootKeys(random(RootKeys.Size));
        upstreams = new UpstreamProxy(options.Upstream, options.VerifyUpstreamCertificates);
        requests = new GatewayRequests(
            new ChallengeMinter(keys, Node, transactions, random, options.Time),
            new CredentialVerifier(keys, Node, options.Time),
            new PaymentCharges(keys.GetChargeKey(), Node, options.Time),
            upstreams,
            () => live,
            () => server!.EndPoint.ToString());
        server = new HttpServer(
            new HttpServerOptions { Address = options.Address, Port = options.Port, StopTimeout = options.StopTimeout },
            requests.AnswerAsync);
        if (options.WalletPort is { } walletPort)
        {
            walletToken = Base64UrlText.Encode(random(SimulatedNodeKey.Size));
            walletServer = StartWallet(walletPort);
        }

        watch = ConfigPath is null ? null : new ConfigWatch(ConfigPath, options.WatchInterval, options.Time, () => TryReload());
    }

    /// <summary>Base URL, without a slash at its end.</summary>
    public string Url => "http://" + server.EndPoint;

    /// <summary>Port it listens on.</summary>
    public int Port => server.EndPoint.Port;

    /// <summary>The file it serves; null for none.</summary>
    public string? ConfigPath { get; }

    /// <summary>Its Lightning node.</summary>
    public SimulatedLightningNode Node { get; }

    /// <summary>A wallet that can pay it.</summary>
    public SimulatedWallet Wallet { get; }

    /// <summary>Services in match order, with their request counts.</summary>
    public IReadOnlyList<LoopbackServiceStatus> Services => live.File.Services.Select(service => requests.GetCounters(service.Name).ToStatus(service)).ToArray();

    /// <summary>Transactions, oldest first.</summary>
    public IReadOnlyList<GatewayTransaction> Transactions => transactions.All;

    /// <summary>Settings of the file that have no effect here, one sentence each.</summary>
    public IReadOnlyList<string> Notices => walletServer is null ? live.Config.Notices : live.Config.Notices.Append(WalletNotice).ToArray();

    /// <summary>Base URL at which other processes reach its wallet as a wallet executor; null if it has no wallet port.</summary>
    public string? WalletUrl => walletServer?.Url;


    /// <summary>The roll-out it serves; null if its configuration was not rolled out.</summary>
    public GatewayDeployment? Deployment => live.Deployment;

    /// <summary>Reason why the last change of the file is not served; null if it is.</summary>
    public string? LoadError => refused?.Message;

    /// <summary>Whether it accepts requests.</summary>
    public bool IsRunning { get; private set; } = true;

    internal LoopbackLiveConfiguration Live => live;

    /// <summary>Owners of the services of the last roll-out.</summary>
    internal ServiceOrigins Origins { get; set; } = ServiceOrigins.Unknown;

    /// <summary>Starts a gateway; it serves when this returns.</summary>
    /// <exception cref="LoopbackConfigException">The configuration cannot be served.</exception>
    /// <exception cref="ConfigException">The address is not a loopback address, or the port is taken.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LoopbackGateway Start(LoopbackGatewayOptions? options = null)
    {
        options ??= new LoopbackGatewayOptions();
        if (!System.Net.IPAddress.IsLoopback(options.Address))
        {
            throw new ConfigException("Address", options.Address + " is not a loopback address", "Use 127.0.0.1 or ::1. A simulated gateway must not be reachable by others.");
        }

        if (options.Upstream is { } upstream && (!upstream.IsAbsoluteUri || upstream.Scheme is not ("http" or "https")))
        {
            throw new ConfigException("Upstream", "must be an absolute http or https URL", "Use the form http://127.0.0.1:8080.");
        }

        try
        {
            return new LoopbackGateway(options);
        }
        catch (SocketException taken)
        {
            throw new ConfigException("Port", FormattableString.Invariant($"cannot listen on {options.Port}: {taken.SocketErrorCode}"), "Choose another port, or 0 for a free one.");
        }
    }

    /// <summary>Reads and serves the file again. If it cannot be read, the live configuration stays.</summary>
    /// <exception cref="LoopbackConfigException">The file cannot be served.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Reload()
    {
        if (ConfigPath is not null)
        {
            Load(File.ReadAllBytes(ConfigPath), null, isForced: false);
        }
    }

    /// <summary>Serves another configuration from now on. Running requests finish with the old one.</summary>
    /// <param name="apertureYaml">An aperture.yaml or a compiled artifact.</param>
    /// <exception cref="LoopbackConfigException">It cannot be served; the live configuration stays.</exception>
    public void Serve(string apertureYaml) => Load(Encoding.UTF8.GetBytes(apertureYaml), null);

    /// <summary>Stops accepting requests, waits briefly for running requests, and ends.</summary>
    public async Task StopAsync()
    {
        IsRunning = false;
        watch?.Dispose();
        await server.StopAsync().ConfigureAwait(false);
        await (walletServer?.StopAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        Node.Settled -= transactions.Settle;
        upstreams.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        StopAsync().GetAwaiter().GetResult();
        server.Dispose();
        walletServer?.Dispose();
    }

    /// <summary>
    /// The bearer token that other processes send to the wallet; null if there is no wallet port. It is a method so
    /// that displaying, converting or exporting the properties does not reveal it.
    /// </summary>
    public string? GetWalletToken() => walletToken;

    /// <summary>The address only.</summary>
    public override string ToString() => Url;

    /// <summary>Serves a configuration from now on.</summary>
    /// <param name="bytes">The configuration.</param>
    /// <param name="deployment">Its roll-out; null for none.</param>
    /// <param name="isForced">Whether an unchanged configuration restarts with full buckets.</param>
    internal void Load(byte[] bytes, GatewayDeployment? deployment, bool isForced = true)
    {
        lock (loading)
        {
            if (isForced || !live.File.Has(bytes))
            {
                live = new LoopbackLiveConfiguration(bytes, deployment, environment, options.Time);
            }

            refused = null;
        }
    }

    /// <summary>Serves the previous configuration again.</summary>
    internal void Restore(LoopbackLiveConfiguration before)
    {
        lock (loading)
        {
            live = before;
        }
    }

    private WalletServer StartWallet(int port)
    {
        try
        {
            return new WalletServer(Wallet, options.Address, port, walletToken!);
        }
        catch (SocketException taken)
        {
            server.Dispose();
            throw new ConfigException("WalletPort", FormattableString.Invariant($"cannot listen on {port}: {taken.SocketErrorCode}"), "Choose another port, or 0 for a free one.");
        }
    }

    private void Begin()
    {
        if (ConfigPath is not null)
        {
            Reload();
        }
        else if (options.ApertureYaml is { } yaml)
        {
            Serve(yaml);
        }
    }

    private void TryReload()
    {
        try
        {
            Reload();
        }
        catch (LoopbackConfigException unserved)
        {
            refused = unserved;
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            // The file is being replaced, or is gone; the live configuration stays.
            refused = new LoopbackConfigException("the file cannot be read: " + unread.Message, "Restore the file.");
        }
    }
}
