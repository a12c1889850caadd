using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Probes;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Tests.Gateway.ApertureFile;
using LightningOps.Tests.Gateway.Model;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;
using Xunit.Abstractions;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Reconcile;

/// <summary>Random sequences of what operators and machines do to an Aperture that reads a file: desired, written and live as reported are never false.</summary>
public sealed class GatewaySequenceTests(ITestOutputHelper output)
{
    private const string CountVariable = "LIGHTNINGOPS_SEQUENCES";
    private const string SeedVariable = "LIGHTNINGOPS_SEQUENCE_SEED";
    private const int CountInCi = 1000;
    private const int AtOnce = 40;
    private static readonly TimeSpan MaxSequence = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Desired_written_and_live_as_reported_are_never_false()
    {
        var count = Number(CountVariable) ?? CountInCi;
        var seed = Number(SeedVariable) ?? Random.Shared.Next();
        output.WriteLine(FormattableString.Invariant($"{count} sequences from seed {seed}; {SeedVariable}={seed} {CountVariable}=1 repeats the first"));
        var claims = 0;
        var clock = System.Diagnostics.Stopwatch.StartNew();

        // Each waits for most of its time: for a start, for an end, for a command that does nothing.
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
        {
            var known = await RunAsync(seed + i) ?? await RunAsync(seed + i) ?? throw new TimeoutException(FormattableString.Invariant($"Seed {seed + i} came to no end, twice."));
            Interlocked.Add(ref claims, known);
        });
        output.WriteLine(FormattableString.Invariant($"{clock.Elapsed.TotalSeconds:0} s"));
        output.WriteLine(FormattableString.Invariant($"{claims} times something was known to be live"));
        Assert.True(claims > count / 4, "Too little was known for the sequences to prove anything: " + claims);
    }

    /// <summary>One sequence; null where another test took the port of the model while it was down, and accepts nothing there.</summary>
    private async Task<int?> RunAsync(int seed)
    {
        await using var world = new World(seed);
        try
        {
            return await world.RunAsync().WaitAsync(MaxSequence);
        }
        catch (Exception failure) when (failure is TimeoutException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
        {
            output.WriteLine(FormattableString.Invariant($"Seed {seed} is repeated: {failure.Message}"));
            return null;
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException(FormattableString.Invariant($"Seed {seed}: {string.Join(", ", world.Steps)}"), failure);
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>One Aperture with its file, and what the control plane asks for.</summary>
    private sealed class World : IAsyncDisposable
    {
        private static readonly CancellationToken None = CancellationToken.None;
        private readonly TemporaryFolder folder = new();
        private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero });
        private readonly MemoryOutbox outbox = new();
        private readonly MemoryLeases leases = new();
        private readonly ApertureModel model;
        private readonly Random random;
        private readonly bool hasAdminApi;
        private readonly bool isSqlite;
        private readonly bool hasAddress;
        private readonly List<Paywall> paywalls = [Selling("/a", 5000), Selling("/b", 3000)];
        private readonly MockControlPlane plane;
        private bool isPaused;
        private int claims;
        private int request;

        public World(int seed)
        {
            random = new Random(seed);
            hasAdminApi = random.Next(2) == 0;
            isSqlite = random.Next(2) == 0;
            hasAddress = random.Next(2) == 0;
            plane = new MockControlPlane(TimeProvider.System, paywalls);
            model = new ApertureModel(FilePath, new ApertureModelOptions { Seed = seed, StartTime = TimeSpan.FromMilliseconds(5) });
        }

        public List<string> Steps { get; } = [];

        private string FilePath => folder.File("aperture.yaml");

        public async Task<int> RunAsync()
        {
            var settings = !hasAdminApi ? model.Settings : isSqlite ? model.AdminSettings : model.AdminSettings.Replace("dbbackend: sqlite", "dbbackend: postgres", StringComparison.Ordinal);
            await File.WriteAllTextAsync(FilePath, settings + "services: []\n");
            await model.StartAsync();
            Steps.Add((hasAdminApi, isSqlite, hasAddress).ToString());
            for (var left = random.Next(3, 8); left > 0; left--)
            {
                await StepAsync(random.Next(9));
            }

            return claims;
        }

        public async ValueTask DisposeAsync()
        {
            await model.DisposeAsync();
            http.Dispose();
            folder.Dispose();
        }

        private async Task StepAsync(int step)
        {
            switch (step)
            {
                case 0:
                    await ReconcileAsync("write", null);
                    break;
                case 1:
                    await ReconcileAsync("reload fails", static () => throw new GatewayException("x", "reload", "reload_exit_1", "x"));
                    break;
                case 2:
                    await ReconcileAsync("reload does nothing", static () => Task.CompletedTask);
                    break;
                case 3:
                    Steps.Add("kill");
                    await model.StopAsync();
                    break;
                case 4:
                    await EditAsync();
                    break;
                case 5:
                    Steps.Add("restart");
                    await model.RestartAsync();
                    break;
                case 6:
                    isPaused = !isPaused;
                    await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = isPaused }, None);
                    await ReconcileAsync(isPaused ? "pause" : "lift", random.Next(3) == 0 ? null : model.RestartAsync);
                    break;
                case 7:
                    await DriftAsync();
                    break;
                default:
                    var place = random.Next(paywalls.Count);
                    paywalls[place] = Selling(place == 0 ? "/a" : "/b", 1000 * random.Next(1, 20));
                    await ReconcileAsync("price change", random.Next(3) == 0 ? null : model.RestartAsync);
                    break;
            }
        }

        /// <summary>Somebody uses aperturecli.</summary>
        private async Task EditAsync()
        {
            if (!hasAdminApi || model.Live.Count == 0)
            {
                return;
            }

            var service = model.Live[random.Next(model.Live.Count)];
            var price = random.Next(1, 100);
            Steps.Add(FormattableString.Invariant($"admin edit {service.Name} {price}"));
            using var question = new HttpRequestMessage(HttpMethod.Put, model.Url + "/api/admin/services/" + service.Name)
            {
                Content = new StringContent(random.Next(3) == 0 ? "{\"auth\": \"on\", \"address\": \"127.0.0.1:1\"}" : FormattableString.Invariant($"{{\"price\": {price}}}"), Encoding.UTF8, "application/json"),
            };
            question.Headers.TryAddWithoutValidation("Grpc-Metadata-Macaroon", ApertureModel.Macaroon);
            (await http.SendAsync(question)).Dispose();
        }

        private async Task ReconcileAsync(string name, Func<Task>? reload)
        {
            Steps.Add(name + (reload is null ? " without reload" : string.Empty));
            var before = model.Live;
            using var gateway = Open(reload is null ? null : new ModelReload(reload));
            var result = await new Reconciler(plane, gateway, TimeProvider.System, leases, outbox).RunAsync(new ReconcileOptions { RequestId = FormattableString.Invariant($"sequence:{++request}") }, None);
            var (hash, desired) = Desired();
            var standing = result.Standing;
            Steps.Add("  " + standing + " " + result.FailureCode + " " + result.FailureReason);
            Assert.Equal(hash, result.ConfigHash);
            Assert.Equal(hash, standing.Desired);
            if (standing.Written is { } written)
            {
                Assert.Equal(LiveFile.Read(FilePath).ConfigHash, written);
            }

            if (result.Ok || standing.Live == hash)
            {
                AssertServes(desired);
                claims++;
            }
            else if (standing.Live is not null)
            {
                AssertServes(before);
                claims++;
            }

            if (result.DenialHolds || standing.Serving == LiveConfiguration.Closed)
            {
                Assert.DoesNotContain(model.Live, static service => service.Sells);
                claims++;
            }

            if (isPaused && result.Ok)
            {
                Assert.DoesNotContain(model.Live, static service => service.Sells);
            }
        }

        private async Task DriftAsync()
        {
            Steps.Add("drift");
            using var gateway = Open(null);
            var drift = await new DriftCheck(plane, gateway).RunAsync(new ReconcileOptions { RequestId = "drift" }, None);
            var (hash, desired) = Desired();
            Steps.Add("  " + drift.Status + " " + drift.Evidence);
            Assert.Equal(hash, drift.ConfigHash);
            if (drift.Status == DriftStatus.InSync)
            {
                AssertServes(desired);
                claims++;
            }
            else if (drift.Status == DriftStatus.InDrift && drift.Evidence == LiveEvidence.List)
            {
                Assert.False(Serves(desired) && LiveFile.Read(FilePath).ConfigHash == hash, "Nothing differs.");
                claims++;
            }
        }

        private ApertureFileGateway Open(IConfigReload? reload) => new(new ApertureFileGatewayOptions
        {
            Path = FilePath,
            Reload = reload,
            HealthTimeout = TimeSpan.FromMilliseconds(300),
            Http = TestHttp.Options with { Time = FastTime.Instance, TryTimeout = TimeSpan.FromMinutes(10), Tries = 2 },
            Probes = new SaleProbeOptions { BaseUrl = hasAddress ? model.Url : null },
        });

        private (string Hash, IReadOnlyList<GatewayService> Services) Desired()
        {
            var compiled = PaywallCompiler.Compile(paywalls, new CompileOptions { Security = plane.GetSecurityStateAsync(None).GetAwaiter().GetResult() });
            return (compiled.ConfigHash, DesiredServices.From(compiled.Rules, withExtras: false));
        }

        private void AssertServes(IReadOnlyList<GatewayService> services) =>
            Assert.True(model.IsRunning && Serves(services), "It serves " + (model.IsRunning ? LiveRows.Names(model.Live.ToArray()) : "nothing"));

        private bool Serves(IReadOnlyList<GatewayService> services) =>
            model.Live.Count == services.Count
            && AdminPlanner.Make(model.Live.Select(static service => service with { Auth = GatewayService.NormalizeAuth(service.Auth) }).ToArray(), services.Select(static service => service with { Auth = GatewayService.NormalizeAuth(service.Auth) }).ToArray(), static _ => true).Steps.Count == 0;
    }

    /// <summary>A clock whose waits are a fiftieth.</summary>
    private sealed class FastTime : TimeProvider
    {
        public static readonly FastTime Instance = new();
        private const int Factor = 50;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / Factor : dueTime, period > TimeSpan.Zero ? period / Factor : period);
    }
}
