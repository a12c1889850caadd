using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Loopback;
using LightningOps.Gateway.Loopback.Credentials;
using LightningOps.Gateway.Loopback.Forwarding;
using LightningOps.Gateway.Loopback.Http;
using LightningOps.Payments.Simulation;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LightningOps.Tests.Gateway.Model;

/// <summary>
/// An Aperture as two real versions were seen to behave: it reads its file at a start alone; rows of its database stand
/// before the file's services and in their place, in an arbitrary rotation; SIGHUP ends it. It answers HTTP on a port of
/// its own, which it keeps over restarts. Matching, challenges and forwarding are those of the loopback gateway.
/// </summary>
internal sealed class ApertureModel : IAsyncDisposable
{
    public const string Macaroon = "0201036c6e64";
    private const string MainFailure = "unexpected HTTP status code received from server: 500 (Internal Server Error); transport: received unexpected content-type \"text/plain; charset=utf-8\"";
    private static readonly string[] LostWithThePrice = ["timeout", "capabilities", "constraints"];
    private readonly ApertureModelOptions options;
    private readonly string path;
    private readonly Random random;
    private readonly SimulatedLightningNode node = new();
    private readonly UpstreamProxy upstreams = new(null, verifiesCertificates: false);
    private readonly GatewayRequests requests;
    private readonly ApertureAdminApi admin;
    private readonly object changing = new();
    private readonly ApertureDatabase memory = new(null);
    private ApertureDatabase database;
    private SimulatedWallet? wallet;
    private Socket? reserved;
    private HttpServer? server;
    private YamlMappingNode root = new();
    private Dictionary<string, YamlMappingNode> nodes = [];
    private volatile LoopbackLiveConfiguration served = LoopbackLiveConfiguration.Empty(TimeProvider.System);
    private int unavailable;
    private bool isAdminOn;
    private bool isAdminBroken;

    /// <summary>A model that is not started.</summary>
    /// <param name="path">Its aperture.yaml; <see cref="Settings"/> are to stand in it.</param>
    /// <param name="options">Which Aperture it is.</param>
    public ApertureModel(string path, ApertureModelOptions? options = null)
    {
        this.path = path;
        this.options = options ?? new ApertureModelOptions();
        random = new Random(this.options.Seed);
        database = memory;

        // Bound and not listening: whoever connects before it is started is refused, as by a process that does not run.
        reserved = Reserve(0);
        Port = ((IPEndPoint)reserved.LocalEndPoint!).Port;
        admin = new ApertureAdminApi(Macaroon) { Changed = Persist };
        if (this.options.Transactions is { } sales)
        {
            admin.Transactions.AddRange(JsonNode.Parse(sales)!.AsArray().Select(static sale => (JsonObject)sale!.DeepClone()));
        }

        var keys = new RootKeys(RandomBytes.Generate(RootKeys.Size));
        requests = new GatewayRequests(
            new ChallengeMinter(keys, node, new TransactionLog(), RandomBytes.Generate, TimeProvider.System),
            new CredentialVerifier(keys, node, TimeProvider.System),
            new PaymentCharges(keys.GetChargeKey(), node, TimeProvider.System),
            upstreams,
            () => served,
            () => Url);
    }

    public int Port { get; }

    /// <summary>Base URL, without a slash at its end.</summary>
    public string Url => FormattableString.Invariant($"http://127.0.0.1:{Port}");

    /// <summary>Settings of a file for this model: where it listens.</summary>
    public string Settings => FormattableString.Invariant($"listenaddr: \"127.0.0.1:{Port}\"\ninsecure: true\n");

    /// <summary>Settings with the admin API on, its database beside the file.</summary>
    public string AdminSettings => Settings + "dbbackend: sqlite\nsqlite:\n  databasefilename: \"" + DatabasePath + "\"\nadmin:\n  enabled: true\n  macaroonpath: \"" + MacaroonPath + "\"\n";

    public string DatabasePath => path + ".db";

    public string MacaroonPath => path + ".macaroon";

    /// <summary>A wallet that can pay it.</summary>
    public SimulatedWallet Wallet => wallet ??= new SimulatedWallet(node);

    /// <summary>Whether the process runs.</summary>
    public bool IsRunning => server is not null;

    /// <summary>How often it was started.</summary>
    public int Starts { get; private set; }

    /// <summary>Why the last start failed, or null.</summary>
    public string? StartError { get; private set; }

    /// <summary>What it serves, in match order; nothing while it does not run.</summary>
    public IReadOnlyList<GatewayService> Live => IsRunning ? admin.Services : [];

    /// <summary>Whether its database is locked, full or down: admin changes live in memory only.</summary>
    public bool IsDatabaseDown
    {
        get => admin.IsDatabaseDown;
        set => admin.IsDatabaseDown = value;
    }

    /// <summary>Starts the process; it listens when this returns, unless its file stops it.</summary>
    public async Task StartAsync()
    {
        if (IsRunning)
        {
            throw new InvalidOperationException("It runs.");
        }

        Starts++;
        StartError = null;
        try
        {
            Load();
        }
        catch (Exception refused) when (refused is LoopbackConfigException or ApertureConfigFormatException or YamlException or IOException)
        {
            StartError = refused.Message;
            return;
        }

        await Task.Delay(options.StartTime);
        await options.Starting();
        Volatile.Write(ref unavailable, options.UnavailableCalls);
        reserved?.Dispose();
        reserved = null;
        server = await BindAsync(() => new HttpServer(new HttpServerOptions { Port = Port, StopTimeout = TimeSpan.FromMilliseconds(100) }, AnswerAsync));
    }

    /// <summary>Ends the process.</summary>
    public async Task StopAsync()
    {
        if (server is { } running)
        {
            server = null;
            await running.StopAsync();
            running.Dispose();
            reserved = await BindAsync(() => Reserve(Port));
        }
    }

    // On a busy machine a connection of another test can get the port between two bindings.
    private static async Task<T> BindAsync<T>(Func<T> bind)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return bind();
            }
            catch (SocketException) when (attempt < 100)
            {
                await Task.Delay(50);
            }
        }
    }

    private static Socket Reserve(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>SIGHUP: Aperture does not handle it, so it ends.</summary>
    public Task HangUpAsync() => StopAsync();

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        reserved?.Dispose();
        upstreams.Dispose();
    }

    private void Load()
    {
        var bytes = File.ReadAllBytes(path);
        var ofFile = LiveFile.FromBytes(bytes).Services;
        var stream = new YamlStream();

        // This reader does not know an anchor in braces, as Aperture's does.
        stream.Load(new StringReader(Regex.Replace(Encoding.UTF8.GetString(bytes).TrimStart('\ufeff'), @"(?<=\{[^}\n]*: )&\w+ ", string.Empty)));
        root = stream.Documents.Select(static document => document.RootNode).OfType<YamlMappingNode>().FirstOrDefault() ?? new YamlMappingNode();
        nodes = Find(root, "services") is YamlSequenceNode list
            ? list.OfType<YamlMappingNode>().GroupBy(static node => Text(node, "name") ?? string.Empty).ToDictionary(static group => group.Key, static group => group.First())
            : [];
        isAdminOn = Text(Find(root, "admin"), "enabled") == "true";
        isAdminBroken = options.IsMain && Text(root, "writetimeout") != "0s";
        database = Text(Find(root, "sqlite"), "databasefilename") is { } file && Text(root, "dbbackend") == "sqlite" ? new ApertureDatabase(file) : memory;
        if (isAdminOn && Text(Find(root, "admin"), "macaroonpath") is { } macaroon)
        {
            File.WriteAllBytes(macaroon, Convert.FromHexString(Macaroon));
        }

        var rows = isAdminOn ? Rotate(database.Read()) : [];
        foreach (var row in rows)
        {
            nodes[row.Name] = new YamlMappingNode();
        }

        var named = rows.Select(static row => row.Name).ToHashSet();
        var services = rows.Concat(ofFile.Where(service => !named.Contains(service.Name)).Select(AsListed)).ToArray();
        var now = new LoopbackLiveConfiguration(rows.Count == 0 ? bytes : Render(services), null, Environment.GetEnvironmentVariable, TimeProvider.System);
        lock (changing)
        {
            admin.Services = services;
            served = now;
        }
    }

    private GatewayService AsListed(GatewayService service) => service with
    {
        Auth = nodes.TryGetValue(service.Name, out var node) ? Text(node, "auth")?.ToLowerInvariant() ?? string.Empty : service.Auth,
        PriceSats = service.EffectivePrice,
        Extras = [],
    };

    private IReadOnlyList<GatewayService> Rotate(IReadOnlyList<GatewayService> rows)
    {
        var first = rows.Count == 0 ? 0 : random.Next(rows.Count);
        return [.. rows.Skip(first), .. rows.Take(first)];
    }

    // Memory first: a database that fails is only logged.
    private void Persist(string name, GatewayService? service)
    {
        served = new LoopbackLiveConfiguration(Render(admin.Services), null, Environment.GetEnvironmentVariable, TimeProvider.System);
        if (IsDatabaseDown)
        {
            return;
        }

        if (service is null)
        {
            database.Delete(name);
        }
        else
        {
            database.Write(service);
        }
    }

    /// <summary>The file with other services: what the admin API does not carry stays until the next start.</summary>
    private byte[] Render(IReadOnlyList<GatewayService> services)
    {
        var list = new YamlSequenceNode();
        foreach (var service in services)
        {
            if (!nodes.TryGetValue(service.Name, out var node))
            {
                nodes[service.Name] = node = new YamlMappingNode();
            }

            var price = service.EffectivePrice.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (Text(node, "price") != price)
            {
                foreach (var lost in LostWithThePrice)
                {
                    node.Children.Remove(lost);
                }
            }

            foreach (var (key, value) in new[] { ("name", service.Name), ("hostregexp", service.HostRegexp), ("pathregexp", service.PathRegexp), ("address", service.Address), ("protocol", service.Protocol), ("auth", service.Auth) })
            {
                node.Children[key] = new YamlScalarNode(value) { Style = ScalarStyle.DoubleQuoted };
            }

            node.Children["price"] = new YamlScalarNode(price);
            list.Add(node);
        }

        var whole = new YamlMappingNode(root.Children.Where(static member => member.Key is not YamlScalarNode { Value: "services" }));
        whole.Add("services", list);
        using var text = new StringWriter();
        new YamlStream(new YamlDocument(whole)).Save(text, assignAnchors: false);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private async Task AnswerAsync(HttpExchange exchange)
    {
        var target = exchange.Head.Target;
        if (!isAdminOn || exchange.Head.Method == "OPTIONS" || !target.StartsWith(ApertureAdminApi.Path, StringComparison.Ordinal))
        {
            await requests.AnswerAsync(exchange);
            return;
        }

        using var body = new MemoryStream();
        await exchange.Body.CopyToAsync(body);
        var answer = Answer(exchange.Head.Method, target, exchange.Head.Headers.Find("Grpc-Metadata-Macaroon"), Encoding.UTF8.GetString(body.ToArray()));
        await exchange.AnswerAsync(answer.Status, new HeaderLines().Set("Content-Type", "application/json"), Encoding.UTF8.GetBytes(answer.Body));
    }

    private AdminAnswer Answer(string method, string target, string? credential, string body)
    {
        if (isAdminBroken)
        {
            return ApertureAdminApi.Error(500, 2, MainFailure);
        }

        if (Interlocked.Decrement(ref unavailable) >= 0)
        {
            return ApertureAdminApi.Error(503, 14, FormattableString.Invariant($"connection error: desc = \"transport: Error while dialing: dial tcp 127.0.0.1:{Port}: connect: connection refused\""));
        }

        lock (changing)
        {
            return admin.Answer(method, target, credential, body);
        }
    }

    private static YamlNode? Find(YamlNode? node, string name) =>
        node is YamlMappingNode mapping && mapping.Children.TryGetValue(name, out var value) ? value : null;

    private static string? Text(YamlNode? node, string name) => (Find(node, name) as YamlScalarNode)?.Value;
}
