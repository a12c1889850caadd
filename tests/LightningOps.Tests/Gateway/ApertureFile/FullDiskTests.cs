using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.ControlPlane.Mock;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Tests.Gateway.ApertureAdmin;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway.ApertureFile;

/// <summary>A close on a disk without room: it closes, says what could not be kept, and leaves nothing half written.</summary>
public sealed class FullDiskTests : IAsyncDisposable
{
    // A file in memory grows by pages.
    private const int Page = 4096;
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly LoopbackServer listener = new(new StrictAperture().AnswerAsync);
    private readonly GatewayFile file;
    private readonly MockControlPlane plane = new(TimeProvider.System, [Selling("/a"), Selling("/b")]);
    private Mount? disk;
    private int request;

    public FullDiskTests() => file = new GatewayFile(new Uri(listener.Url).Authority);

    private string Folder => Path.GetDirectoryName(file.Path)!;

    public async ValueTask DisposeAsync()
    {
        disk?.Dispose();
        await listener.DisposeAsync();
        file.Dispose();
    }

    [MountFact]
    public async Task A_version_and_a_record_without_room_are_named_and_the_services_are_closed()
    {
        await StartAsync(Website(string.Empty));
        Fill();

        var result = await PauseAsync(true, all: false);

        Assert.Equal(["pw_a.r", "pw_b.r"], Closed());
        var lost = Assert.Single(result.Warnings, static warning => warning.Code == "not_kept").Message;
        Assert.Contains("the version of the file before the close: ", lost, StringComparison.Ordinal);
        Assert.Contains("the record of the close: it does not say which store stopped the gateway", lost, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Warnings, static warning => warning.Code == "others_not_kept");
        AssertNothingHalfWritten();
    }

    [MountFact]
    public async Task The_text_of_others_is_kept_where_it_fits_and_is_put_back_to_the_byte()
    {
        await StartAsync(Website(string.Empty));
        var before = file.Text;
        Fill();

        var paused = await PauseAsync(true, all: true);

        Assert.Equal(["pw_a.r", "pw_b.r", "website"], Closed());
        Assert.DoesNotContain(paused.Warnings, static warning => warning.Code == "others_not_kept");
        Mount.Free(Folder);
        var lifted = await PauseAsync(false, all: false);
        Assert.True(lifted.Ok, lifted.FailureReason);
        Assert.Equal(before, file.Text);
    }

    [MountFact]
    public async Task The_text_of_others_without_room_is_said_to_be_lost_and_lifting_invents_none()
    {
        await StartAsync(Website(string.Empty));
        await StartAsync(Website("    # " + new string('x', Page - file.Bytes.Length - "    # \n".Length) + "\n"));
        Assert.Equal(Page, file.Bytes.Length);
        Fill();

        var paused = await PauseAsync(true, all: true);

        Assert.Equal(["pw_a.r", "pw_b.r", "website"], Closed());
        var lost = Assert.Single(paused.Warnings, static warning => warning.Code == "others_not_kept").Message;
        Assert.StartsWith("NOT KEPT: ", lost, StringComparison.Ordinal);
        Assert.EndsWith("restore them by hand: website (localhost:8000, 7 sat)", lost, StringComparison.Ordinal);
        Assert.DoesNotContain("pw_a.r", lost, StringComparison.Ordinal);
        AssertNothingHalfWritten();
        Mount.Free(Folder);
        var lifted = await PauseAsync(false, all: false);
        Assert.True(lifted.Ok, lifted.FailureReason);
        Assert.Equal(["website"], Closed());
    }

    private static string Website(string comment) => "  - name: website\n    hostregexp: '^www$'   # by hand\n" + comment + "    address: \"localhost:8000\"\n    auth: \"on\"\n    price: 7\n";

    private async Task StartAsync(string others)
    {
        await File.WriteAllTextAsync(file.Path, file.With("services:\n" + others));
        var result = await RunAsync(null, all: false);
        Assert.True(result.Ok, result.FailureReason);
    }

    private void Fill() => disk = Mount.Full(Folder);

    private string[] Closed() => LiveFile.FromBytes(file.Bytes).Services.Where(static service => service.IsClosed).Select(static service => service.Name).Order(StringComparer.Ordinal).ToArray();

    private void AssertNothingHalfWritten() => Assert.Equal(
        ["aperture.yaml", "aperture.yaml.deployment.json", "aperture.yaml.rules.json", "filler"],
        Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    private async Task<ReconcileResult> PauseAsync(bool active, bool all)
    {
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = active }, None);
        return await RunAsync(new SwitchScope { Stops = active }, all);
    }

    private async Task<ReconcileResult> RunAsync(SwitchScope? scope, bool all)
    {
        using var gateway = file.Open(static options => options with { Store = "ours" });
        return await new Reconciler(plane, gateway, TimeProvider.System, new MemoryLeases(), new MemoryOutbox()).RunAsync(new ReconcileOptions { RequestId = "disk:" + ++request, Switch = scope, CloseOthers = all, AllowOrderLoss = true }, None);
    }
}
