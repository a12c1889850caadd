using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Loopback;
using LightningOps.Gateway.Ops;
using LightningOps.Gateway.Probes;
using LightningOps.Payments.Simulation;
using LightningOps.Settings;
using LightningOps.Tests.Gateway.ApertureFile;
using LightningOps.Tests.Gateway.Model;
using LightningOps.Tests.Gateway.Ops;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Reconcile;

/// <summary>How the gateway of a watch is changed.</summary>
public enum WatchedKind
{
    /// <summary>An Aperture that reads its file at its start only.</summary>
    File,

    /// <summary>An Aperture with its admin API; its rows are in a SQLite database beside the file.</summary>
    Admin,

    /// <summary>A loopback gateway, which is changed in memory and forgets it at its end.</summary>
    Loopback,

    /// <summary>A hosted wrapper with ops endpoints and an Aperture behind it.</summary>
    Ops,
}

/// <summary>A gateway that a watch keeps in line, whose process can be ended and started, and whose changes can go wrong.</summary>
internal abstract class WatchedGateway : IAsyncDisposable
{
    private protected TemporaryFolder Files { get; } = new();

    /// <summary>Told before each step of a change, from inside it.</summary>
    public Action? Step { get; set; }

    /// <summary>Pays for the proxy check; null skips it.</summary>
    public IProbePayer? Payer { get; set; }

    /// <summary>A wallet that can pay it.</summary>
    public abstract SimulatedWallet Wallet { get; }

    /// <summary>Folder of its files.</summary>
    public string Folder => Files.Path;

    /// <summary>Name of the gateway.</summary>
    public abstract string Name { get; }

    /// <summary>Where a buyer asks.</summary>
    public abstract string Url { get; }

    /// <summary>Whether the process runs.</summary>
    public abstract bool IsRunning { get; }

    /// <summary>The services it serves.</summary>
    public abstract IReadOnlyList<GatewayService> Live { get; }

    public static WatchedGateway Create(WatchedKind kind) => kind switch
    {
        WatchedKind.File => new WatchedFile(),
        WatchedKind.Admin => new WatchedAdmin(),
        WatchedKind.Ops => new WatchedOps(),
        _ => new WatchedLoopback(),
    };

    public abstract Task StartAsync();

    /// <summary>Ends the process.</summary>
    public abstract Task StopAsync();

    /// <summary>Ends the process where it runs, and starts it.</summary>
    /// <returns>Whether it may serve what it served before the last changes.</returns>
    public abstract Task<bool> RestartAsync();

    /// <summary>Whether a change is still to go wrong.</summary>
    public abstract bool HasFault { get; }

    /// <summary>Lets the next change go wrong.</summary>
    public abstract void Fail(int amount);

    /// <summary>Opens it as a command does: what is known about it is what is on the disk, or in the records.</summary>
    public abstract IGateway Open();

    public virtual ValueTask DisposeAsync()
    {
        Files.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed class WatchedFile : WatchedGateway
    {
        private readonly ApertureModel model;
        private readonly Queue<Func<Task>> faults = new();

        public WatchedFile() => model = new ApertureModel(FilePath, new ApertureModelOptions { StartTime = TimeSpan.FromMilliseconds(150) });

        public override string Name => "file:" + FilePath;

        public override string Url => model.Url;

        public override bool IsRunning => model.IsRunning;

        public override IReadOnlyList<GatewayService> Live => model.Live;

        public override SimulatedWallet Wallet => model.Wallet;

        private string FilePath => Files.File("aperture.yaml");

        public override async Task StartAsync()
        {
            await File.WriteAllTextAsync(FilePath, model.Settings + "services: []\n");
            await model.StartAsync();
        }

        public override Task StopAsync() => model.HangUpAsync();

        public override async Task<bool> RestartAsync()
        {
            await (model.IsRunning ? model.RestartAsync() : model.StartAsync());
            return false;
        }

        public override bool HasFault => faults.Count > 0;

        // A restart that does nothing, or one after which it does not come up.
        public override void Fail(int amount) => faults.Enqueue(amount % 2 == 0 ? static () => Task.CompletedTask : model.StopAsync);

        public override IGateway Open() => new ApertureFileGateway(new ApertureFileGatewayOptions
        {
            Path = FilePath,
            Http = TestHttp.Options,
            Reload = new ModelReload(ReloadAsync),
            HealthTimeout = TimeSpan.FromSeconds(Step is null && faults.Count > 0 ? 1 : 10),
            Probes = new SaleProbeOptions { BaseUrl = model.Url, Payer = Payer },
            Step = _ => Step?.Invoke(),
        });

        public override async ValueTask DisposeAsync()
        {
            await model.DisposeAsync();
            await base.DisposeAsync();
        }

        private Task ReloadAsync()
        {
            Step?.Invoke();
            return faults.TryDequeue(out var fault) ? fault() : model.IsRunning ? model.RestartAsync() : model.StartAsync();
        }
    }

    private sealed class WatchedAdmin : WatchedGateway
    {
        private readonly ApertureModel model;
        private readonly MemoryRecords records = new();
        private readonly FaultyHandler handler;
        private bool mayForget;

        public WatchedAdmin()
        {
            model = new ApertureModel(FilePath, new ApertureModelOptions { StartTime = TimeSpan.FromMilliseconds(10), UnavailableCalls = 1 });
            handler = new FaultyHandler(() => Step?.Invoke());
        }

        public override string Name => "aperture:" + model.Url;

        public override string Url => model.Url;

        public override bool IsRunning => model.IsRunning;

        public override IReadOnlyList<GatewayService> Live => model.Live;

        public override SimulatedWallet Wallet => model.Wallet;

        private string FilePath => Files.File("aperture.yaml");

        public override async Task StartAsync()
        {
            await File.WriteAllTextAsync(FilePath, model.AdminSettings + "services: []\n");
            await model.StartAsync();
        }

        public override Task StopAsync() => model.StopAsync();

        public override async Task<bool> RestartAsync()
        {
            await model.StopAsync();
            (model.IsDatabaseDown, var forgets) = (false, mayForget);
            mayForget = false;
            await model.StartAsync();
            return forgets;
        }

        public override bool HasFault => handler.HasFault;

        // Calls that are not sent, calls whose answer is lost, and a database that takes nothing until the next start.
        public override void Fail(int amount)
        {
            if (amount % 5 == 0)
            {
                model.IsDatabaseDown = mayForget = true;
                return;
            }

            handler.Fail(1 + (amount % 7), isSent: amount % 2 == 0);
        }

        public override IGateway Open() => new ApertureAdminGateway(new ApertureAdminGatewayOptions
        {
            BaseUrl = model.Url,
            Macaroon = OperatorSecret.From(ApertureModel.Macaroon),
            ConfigPath = FilePath,
            Records = records,
            Probes = new SaleProbeOptions { BaseUrl = model.Url, Payer = Payer },
            Http = TestHttp.Options with { Handler = handler },
        });

        public override async ValueTask DisposeAsync()
        {
            await model.DisposeAsync();
            handler.Dispose();
            await base.DisposeAsync();
        }
    }

    private sealed class WatchedLoopback : WatchedGateway
    {
        private LoopbackGateway running = LoopbackGateway.Start();
        private readonly FaultyHandler handler;
        private bool isRunning = true;

        public WatchedLoopback() => handler = new FaultyHandler(() => Step?.Invoke());

        public override string Name => "loopback:" + running.Url;

        public override string Url => running.Url;

        public override bool IsRunning => isRunning;

        public override IReadOnlyList<GatewayService> Live => isRunning ? running.Live.File.Services : [];

        public override SimulatedWallet Wallet => running.Wallet;

        public override Task StartAsync() => Task.CompletedTask;

        public override async Task StopAsync()
        {
            if (isRunning)
            {
                isRunning = false;
                await running.StopAsync();
                running.Dispose();
            }
        }

        // It comes back with nothing.
        public override async Task<bool> RestartAsync()
        {
            var port = running.Port;
            await StopAsync();
            running = LoopbackGateway.Start(new LoopbackGatewayOptions { Port = port });
            isRunning = true;
            return false;
        }

        public override bool HasFault => handler.HasFault;

        // The checks after a change fail.
        public override void Fail(int amount) => handler.Fail(1 + (amount % 7), isSent: amount % 2 == 0);

        public override IGateway Open()
        {
            var adapter = new LoopbackGatewayAdapter(running, new SaleProbeOptions { BaseUrl = running.Url, Payer = Payer }, TestHttp.Options with { Handler = handler });
            return Step is null ? adapter : new HookedGateway(adapter) { Before = _ => Step?.Invoke(), After = _ => Step?.Invoke() };
        }

        public override async ValueTask DisposeAsync()
        {
            await StopAsync();
            handler.Dispose();
            await base.DisposeAsync();
        }
    }

    private sealed class WatchedOps : WatchedGateway
    {
        private readonly OpsPeer peer = new();
        private readonly MemoryRecords records = new();
        private readonly LoopbackGateway listener = LoopbackGateway.Start();
        private readonly LoopbackServer server;
        private readonly FaultyHandler handler;
        private bool isRunning = true;

        public WatchedOps()
        {
            server = new LoopbackServer(AnswerAsync);
            handler = new FaultyHandler(() => Step?.Invoke());
        }

        public override string Name => "ops:" + server.Url;

        public override string Url => listener.Url;

        public override bool IsRunning => isRunning;

        public override IReadOnlyList<GatewayService> Live => isRunning ? listener.Live.File.Services : [];

        public override SimulatedWallet Wallet => listener.Wallet;

        public override bool HasFault => handler.HasFault;

        public override Task StartAsync() => Task.CompletedTask;

        public override Task StopAsync()
        {
            isRunning = false;
            return Task.CompletedTask;
        }

        public override Task<bool> RestartAsync()
        {
            isRunning = true;
            return Task.FromResult(false);
        }

        public override void Fail(int amount) => handler.Fail(1 + (amount % 7), isSent: amount % 2 == 0);

        public override IGateway Open() => new OpsGateway(new OpsGatewayOptions
        {
            BaseUrl = server.Url,
            ChallengeUrl = server.Url + "/staging",
            ProxyUrl = server.Url + "/staging",
            ListenerUrl = listener.Url,
            Payer = Payer,
            OpsToken = OperatorSecret.From("tok"),
            Records = records,
            Http = TestHttp.Options with { Handler = handler },
        });

        public override async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            await listener.StopAsync();
            listener.Dispose();
            handler.Dispose();
            await base.DisposeAsync();
        }

        // The wrapper loads what was deployed before it answers.
        private async Task<Reply> AnswerAsync(RecordedRequest request)
        {
            if (!isRunning)
            {
                return Reply.Status(503);
            }

            var answer = await peer.AnswerAsync(request);
            if (request.Method == "POST" && peer.ActiveYaml is { } yaml)
            {
                listener.Load(Encoding.UTF8.GetBytes(yaml), null);
            }

            return answer;
        }
    }

    /// <summary>Fails the next requests: they are not sent, or their answers are lost.</summary>
    private sealed class FaultyHandler(Action step) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.Zero })
    {
        private int left;
        private bool areSent;

        public bool HasFault => Volatile.Read(ref left) > 0;

        public void Fail(int count, bool isSent) => (left, areSent) = (count, isSent);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            step();
            var fails = Interlocked.Decrement(ref left) >= 0;
            if (fails && !areSent)
            {
                throw new HttpRequestException("not sent", new IOException("not sent"));
            }

            var answer = await base.SendAsync(request, cancellationToken);
            if (fails)
            {
                answer.Dispose();
                throw new HttpRequestException("lost", new IOException("lost"));
            }

            return answer;
        }
    }
}
