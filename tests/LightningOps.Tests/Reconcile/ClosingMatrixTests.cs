using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Endpoints;
using LightningOps.Gateway.Loopback;
using LightningOps.Gateway.Probes;
using LightningOps.Gateway.Records;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Settings;
using LightningOps.Tests.Gateway.ApertureFile;
using LightningOps.Tests.Gateway.Model;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Reconcile.Faults;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Reconcile;

/// <summary>What can break, at each kind of gateway, under each switch: it is closed, or an error says that it is not and why; never a closed verdict with something of this store selling.</summary>
public sealed class ClosingMatrixTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string[] Breakages = ["nothing", "list", "record", "event", "lease", "compile", "reload fails", "reload does nothing", "database", "gateway down", "outbox", "records", "disk full"];
    private static readonly string[] Edits = ["braces", "anchor in braces", "null document first", "emptied", "key misspelled", "item removed"];
    private static readonly string[] Kinds = ["file", "rows", "admin", "endpoints", "ops", "loopback"];

    public static TheoryData<string, string, string> Cases()
    {
        var cases = new TheoryData<string, string, string>();
        foreach (var breakage in Breakages)
        {
            foreach (var kind in Kinds)
            {
                cases.Add(breakage, kind, "global pause");
                cases.Add(breakage, kind, "kill switch");
                cases.Add(breakage, kind, "suspended paywall");
            }
        }

        return cases;
    }

    public static TheoryData<string, string, string> EditCases()
    {
        var cases = new TheoryData<string, string, string>();
        foreach (var edit in Edits)
        {
            foreach (var kind in new[] { "file", "rows" })
            {
                cases.Add(edit, kind, "global pause");
                cases.Add(edit, kind, "global pause with -All");
                cases.Add(edit, kind, "kill switch");
                cases.Add(edit, kind, "suspended paywall");
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(EditCases))]
    public async Task After_an_edit_of_the_file_it_is_closed_or_an_error_says_that_it_is_not(string edit, string kind, string stop)
    {
        await using var bench = new Bench(kind);
        await bench.StartAsync();
        await bench.EditAsync(edit);
        await bench.SetAsync(stop);

        var result = await bench.RunAsync();

        AssertNotSellingUnsaid(bench, stop, result);
        var said = GetWords(result);
        if (kind == "rows" && edit is ("braces" or "anchor in braces"))
        {
            // The admin API closes what cannot be written, and the rows outlive a restart.
            Assert.True(result.Ok && result.DenialHolds, said);
            await bench.RestartAsync();
            AssertNotSellingUnsaid(bench, stop, result);
        }
        else if (edit is "braces" or "anchor in braces")
        {
            Assert.False(result.Ok || result.DenialHolds, said);
            Assert.Equal(ReconcileFailureCodes.ClosingFailed, result.FailureCode);
            Assert.Contains("cannot be edited in it", said, StringComparison.Ordinal);
            Assert.Contains("NOT CLOSED", said, StringComparison.Ordinal);
        }
        else if (edit is "null document first" or "item removed" or "key misspelled")
        {
            Assert.True(result.DenialHolds, said);
        }
    }

    [Theory]
    [InlineData("global pause")]
    [InlineData("global pause with -All")]
    [InlineData("kill switch")]
    [InlineData("suspended paywall")]
    public async Task Services_gone_from_the_file_are_not_closed_without_a_restart(string stop)
    {
        await using var bench = new Bench("file");
        await bench.StartAsync();
        await bench.EditAsync("item removed");
        await bench.SetAsync(stop);
        await bench.BreakAsync("reload does nothing");

        var result = await bench.RunAsync();

        Assert.Contains(bench.Live(), static service => service.Sells && service.Name.StartsWith("pw_a", StringComparison.Ordinal));
        Assert.False(result.Ok || result.DenialHolds, GetWords(result));
        Assert.Contains("not known", GetWords(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_close_of_everything_that_fails_names_what_is_closed_as_closed_and_says_why_the_rest_is_not()
    {
        await using var bench = new Bench("admin");
        await bench.StartAsync();
        await bench.AddUnaddressableAsync();
        await bench.SetAsync("global pause with -All");

        var result = await bench.RunAsync();

        var said = GetWords(result);
        Assert.False(result.Ok || result.DenialHolds, said);
        Assert.Equal(["old/legacy"], bench.Live().Where(static service => service.Sells).Select(static service => service.Name));
        Assert.Contains("NOT CLOSED: old/legacy", said, StringComparison.Ordinal);
        Assert.Contains("a service whose name has a slash", said, StringComparison.Ordinal);
        Assert.DoesNotContain("DOES NOT ASK", said, StringComparison.Ordinal);
    }

    private static void AssertNotSellingUnsaid(Bench bench, string stop, ReconcileResult result)
    {
        var selling = bench.Live().Where(service => service.Sells && (stop.StartsWith("global", StringComparison.Ordinal) || service.Name.StartsWith("pw_a", StringComparison.Ordinal))).Select(static service => service.Name).ToArray();
        var said = GetWords(result);
        if (result.DenialHolds || result.Ok)
        {
            Assert.Empty(selling);
        }
        else
        {
            Assert.True(said.Contains("NOT CLOSED", StringComparison.Ordinal) || said.Contains("not known", StringComparison.Ordinal) || said.Contains("may still", StringComparison.Ordinal), said);
        }
    }

    private static string GetWords(ReconcileResult result) => string.Join("\n", result.Warnings.Select(static warning => warning.ToString()).Append(result.FailureReason).Append(result.Standing.ToString()));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_is_closed_or_an_error_says_that_it_is_not(string breakage, string kind, string stop)
    {
        await using var bench = new Bench(kind);
        await bench.StartAsync();
        await bench.SetAsync(stop);
        await bench.BreakAsync(breakage);

        var result = await bench.RunAsync();

        var said = GetWords(result);
        if (result.Before is null)
        {
            Assert.Equal((null, LiveEvidence.NotKnown, LiveEvidence.NotKnown), (result.Standing.Live, result.Standing.Evidence, result.Evidence));
            Assert.Contains("not known", result.Standing.ToString(), StringComparison.Ordinal);
        }

        AssertNotSellingUnsaid(bench, stop, result);
        if (breakage is "nothing" or "list" or "record" or "event" or "lease" or "compile" or "outbox" or "records")
        {
            Assert.True(result.DenialHolds, said);
        }
    }

    private sealed class Bench(string kind) : IAsyncDisposable
    {
        private readonly TemporaryFolder folder = new();
        private readonly List<Paywall> paywalls = [Selling("/a", 5000), Selling("/b", 3000)];
        private readonly MemoryRecords records = new();
        private readonly OpsFaultyPeer ops = new();
        private readonly LightningOps.Tests.Gateway.Ops.OpsPeer opsPeer = new();
        private MockControlPlane? books;
        private FaultyControlPlane? plane;
        private ApertureModel? model;
        private LoopbackGateway? loopback;
        private LoopbackServer? server;
        private EchoUpstream? upstream;
        private ILeaseStore leases = new MemoryLeases();
        private Func<Task> reload = static () => Task.CompletedTask;
        private ApertureModel? replica;
        private Paywall[] suspended = [];
        private SwitchScope? scope;
        private bool isDown;
        private int request;
        private IOutbox outbox = new MemoryOutbox();
        private bool cannotRecord;
        private bool closesOthers;
        private SaleProbeOptions probes = new();
        private Mount? disk;

        public async Task StartAsync()
        {
            books = new MockControlPlane(TimeProvider.System, paywalls);
            plane = new FaultyControlPlane(books);
            switch (kind)
            {
                case "ops":
                    server = new LoopbackServer(question => isDown ? Task.FromResult(Reply.Status(503)) : opsPeer.AnswerAsync(question));
                    break;
                case "loopback":
                    upstream = EchoUpstream.Start();
                    loopback = LoopbackGateway.Start(new LoopbackGatewayOptions { Upstream = upstream.Url });
                    break;
                default:
                    var path = folder.File("aperture.yaml");
                    model = new ApertureModel(path, new ApertureModelOptions { StartTime = TimeSpan.FromMilliseconds(250) });
                    await File.WriteAllTextAsync(path, (kind == "file" ? model.Settings : model.AdminSettings) + "services: []\n");
                    await model.StartAsync();
                    reload = model.RestartAsync;
                    if (kind == "endpoints")
                    {
                        var second = folder.File("second.yaml");
                        replica = new ApertureModel(second, new ApertureModelOptions { StartTime = TimeSpan.FromMilliseconds(250) });
                        await File.WriteAllTextAsync(second, replica.AdminSettings + "services: []\n");
                        await replica.StartAsync();
                    }

                    break;
            }

            var first = await RunAsync();
            if (!first.Ok && first.FailureReason is null)
            {
                // On a busy machine the new configuration may not be seen in time. Only the close that follows is tested.
                first = await RunAsync();
            }

            Assert.True(first.Ok, first.FailureReason ?? first.ToString());
            Assert.Equal(kind == "endpoints" ? 4 : 2, Live().Count(static service => service.Sells));
            if (kind == "rows")
            {
                // Somebody used aperturecli: a row stands before the file.
                using var admin = new ApertureAdminGateway(new ApertureAdminGatewayOptions { BaseUrl = model!.Url, MacaroonPath = model.MacaroonPath, Records = new MemoryRecords(), Http = TestHttp.Options });
                await admin.ApplyAsync(CreateRollout("dep_cli", Selling("/a", 9000), Selling("/b", 3000)), None);
                Assert.Contains(Live(), static service => service.PriceSats == 9);
            }
        }

        public Task SetAsync(string stop)
        {
            switch (stop)
            {
                case "global pause" or "global pause with -All":
                    scope = new SwitchScope { Stops = true };
                    closesOthers = stop != "global pause";
                    return books!.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
                case "kill switch":
                    scope = new SwitchScope { Stops = true, Owners = [paywalls[0].OwnerId] };
                    return books!.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = paywalls[0].OwnerId, Active = true }, None);
                default:
                    paywalls[0] = paywalls[0] with { Status = PaywallStatus.Paused };
                    suspended = [paywalls[0]];
                    scope = new SwitchScope { Stops = true, Paywalls = [paywalls[0].PaywallId] };
                    return Task.CompletedTask;
            }
        }

        /// <summary>Adds a service of others that the admin API cannot change.</summary>
        public async Task AddUnaddressableAsync()
        {
            probes = new SaleProbeOptions { BaseUrl = model!.Url };
            await File.WriteAllTextAsync(folder.File("aperture.yaml"), model.AdminSettings + "services:\n  - name: old/legacy\n    hostregexp: '^old.example.com$'\n    pathregexp: '^/legacy$'\n    address: '127.0.0.1:9'\n    protocol: http\n    price: 7\n");
            await model.RestartAsync();
            Assert.Equal(3, Live().Count(static service => service.Sells));
        }

        public Task RestartAsync() => model!.RestartAsync();

        /// <summary>Somebody edits the aperture.yaml. What stays valid for Aperture is loaded; what is lost from it is not.</summary>
        public async Task EditAsync(string edit)
        {
            var path = folder.File("aperture.yaml");
            var text = await File.ReadAllTextAsync(path);
            var start = text.IndexOf("services:", StringComparison.Ordinal);
            var first = text.IndexOf("- name: pw_a", StringComparison.Ordinal);
            var next = text.IndexOf("- name:", first + 1, StringComparison.Ordinal);
            var edited = edit switch
            {
                "braces" => ToBraces(text),
                "anchor in braces" => text + "prometheus: {enabled: &n false, listenaddr: 'localhost:9000'}\n",
                "null document first" => "---\n~\n---\n" + text,
                "emptied" => string.Empty,
                "key misspelled" => text.Remove(start, "services".Length).Insert(start, "servicez"),
                _ => next < 0 ? text.Substring(0, first).TrimEnd(' ') : text.Remove(first, next - first),
            };
            await File.WriteAllTextAsync(path, edited);
            if (edit is "braces" or "anchor in braces" or "null document first")
            {
                await model!.RestartAsync();
                Assert.Equal(2, Live().Count(static service => service.Sells));
            }
        }

        /// <summary>The same settings as JSON, which is YAML in braces.</summary>
        private string ToBraces(string text) => "{" + string.Join(", ", [
            "listenaddr: '127.0.0.1:" + model!.Port.ToString(CultureInfo.InvariantCulture) + "'",
            "insecure: true",
            .. kind == "file" ? Array.Empty<string>() : ["dbbackend: sqlite", "sqlite: {databasefilename: '" + model.DatabasePath + "'}", "admin: {enabled: true, macaroonpath: '" + model.MacaroonPath + "'}"],
            "services: " + JsonSerializer.Serialize(LiveFile.FromBytes(Encoding.UTF8.GetBytes(text)).Services.Select(static service => new { name = service.Name, hostregexp = service.HostRegexp, pathregexp = service.PathRegexp, address = service.Address, protocol = service.Protocol, price = service.PriceSats })),
        ]) + "}\n";

        public async Task BreakAsync(string breakage)
        {
            var always = Enumerable.Repeat<ControlPlaneFault?>(ControlPlaneFault.NotArrived, 50).ToArray();
            switch (breakage)
            {
                case "list":
                    plane!.Next(ControlPlaneCall.List, always);
                    break;
                case "record":
                    plane!.Next(ControlPlaneCall.Record, always);
                    break;
                case "event":
                    plane!.Next(ControlPlaneCall.Event, always);
                    break;
                case "lease":
                    leases = new NoLeases();
                    break;
                case "compile":
                    paywalls.Add(SamplePaywalls.Priced("pw_bad", 1000, SamplePaywalls.Route("r", Host, "/bad", upstream: "https://api\u200d.example.com")));
                    break;
                case "reload fails":
                    reload = static () => throw new GatewayException("x", "reload", "reload_exit_1", "x");
                    break;
                case "reload does nothing":
                    reload = static () => Task.CompletedTask;
                    break;
                case "database":
                    foreach (var broken in new[] { model, replica }.OfType<ApertureModel>())
                    {
                        broken.IsDatabaseDown = true;
                    }

                    break;
                case "outbox":
                    outbox = new NoOutbox();
                    break;
                case "records":
                    cannotRecord = true;
                    break;
                case "disk full":
                    FillDisk();
                    break;
                case "gateway down":
                    isDown = true;
                    if (model is not null)
                    {
                        reload = static () => throw new GatewayException("x", "reload", "reload_exit_1", "x");

                        // Of two endpoints one is down, and what the other serves must not stand for it.
                        await (replica ?? model).StopAsync();
                    }

                    break;
            }
        }

        public async Task<ReconcileResult> RunAsync()
        {
            using var gateway = Open();
            return await new Reconciler(plane!, gateway, TimeProvider.System, leases, outbox).RunAsync(new ReconcileOptions { RequestId = "matrix:" + ++request, Suspended = suspended, Switch = scope, AllowOrderLoss = scope is not null, CloseOthers = closesOthers }, None);
        }

        /// <summary>The folder of the aperture.yaml becomes a disk without room; where nothing can be mounted it stays as it is.</summary>
        private void FillDisk()
        {
            if (model is null)
            {
                return;
            }

            try
            {
                disk = Mount.Full(folder.Path);
            }
            catch (Exception failure) when (failure is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // Nothing can be mounted here.
            }
        }

        public IReadOnlyList<GatewayService> Live() => replica is not null ? [.. model!.Live, .. replica.Live] : model?.Live ?? loopback?.Live.File.Services ?? opsPeer.Served;

        public async ValueTask DisposeAsync()
        {
            if (model is not null)
            {
                await model.DisposeAsync();
            }

            if (replica is not null)
            {
                await replica.DisposeAsync();
            }

            if (loopback is not null)
            {
                await loopback.StopAsync();
            }

            disk?.Dispose();
            upstream?.Dispose();

            if (server is not null)
            {
                await server.DisposeAsync();
            }

            folder.Dispose();
        }

        private ApertureAdminGateway Admin(ApertureModel endpoint) => new(new ApertureAdminGatewayOptions { BaseUrl = endpoint.Url, MacaroonPath = endpoint.MacaroonPath, Records = cannotRecord ? new ReadOnlyRecords(records) : records, Probes = probes, Http = TestHttp.Options });

        private IGateway Open() => kind switch
        {
            "admin" => Admin(model!),
            "endpoints" => new EndpointGroup([Admin(model!), Admin(replica!)]),
            "ops" => ops.Open(server!.Url, TestHttp.Options),
            "loopback" => GatewayFactory.Create(GatewayReference.Parse("loopback"), new GatewaySettings { Environment = new OperatorEnvironment(static _ => null), Running = [loopback!] }),
            _ => new ApertureFileGateway(new ApertureFileGatewayOptions { Path = folder.File("aperture.yaml"), Http = TestHttp.Options, HealthTimeout = TimeSpan.FromSeconds(2), Reload = new ModelReload(() => reload()) }),
        };
    }

    /// <summary>Records that cannot be written.</summary>
    private sealed class ReadOnlyRecords(MemoryRecords records) : IGatewayRecords
    {
        public Task<GatewayRecord> ReadAsync(string gateway, CancellationToken cancellationToken) => records.ReadAsync(gateway, cancellationToken);

        public Task WriteAsync(string gateway, GatewayRecord record, CancellationToken cancellationToken) => throw new GatewayException(gateway, "write record", "record_not_writable", "Make room.");

        public void Dispose()
        {
        }
    }

    /// <summary>An outbox that cannot be written or read.</summary>
    private sealed class NoOutbox : IOutbox
    {
        public Task AddAsync(OutboxEntry entry, CancellationToken cancellationToken) => throw Failure();

        public Task<OutboxEntry?> DequeueAsync(long after, string gateway, CancellationToken cancellationToken) => throw Failure();

        public Task RequeueAsync(OutboxEntry entry, CancellationToken cancellationToken) => throw Failure();

        public Task RemoveAsync(OutboxEntry entry, CancellationToken cancellationToken) => throw Failure();

        public Task ForgetDeploymentAsync(string deploymentId, CancellationToken cancellationToken) => throw Failure();

        public void Dispose()
        {
        }

        private static ConfigException Failure() => new("Outbox", "cannot be written");
    }

    /// <summary>A place for leases that cannot be had.</summary>
    private sealed class NoLeases : ILeaseStore
    {
        public Task<LeaseHolder?> TryTakeAsync(LeaseHolder claim, CancellationToken cancellationToken) => throw new ConfigException("Lease", "cannot be had");

        public Task<bool> RenewAsync(LeaseHolder holder, CancellationToken cancellationToken) => throw new ConfigException("Lease", "cannot be had");

        public Task ReleaseAsync(LeaseHolder holder, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
