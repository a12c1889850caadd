using System;
using System.Threading.Tasks;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Probes;
using LightningOps.Settings;
using LightningOps.Tests.Gateway.ApertureAdmin;
using LightningOps.Tests.Gateway.Probes;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Gateway.Endpoints;

/// <summary>One Aperture of several: its admin API over HTTP, and whether it answers.</summary>
internal sealed class AdminEndpoint : IAsyncDisposable
{
    private readonly MemoryRecords records = new();
    private readonly LoopbackServer server;

    public AdminEndpoint() => server = new LoopbackServer(async request =>
    {
        Asked?.Invoke(request);
        return IsDown ? Reply.DropBeforeReading : await Aperture.AnswerAsync(request);
    });

    public StrictAperture Aperture { get; } = new();

    /// <summary>Whether every connection is reset.</summary>
    public bool IsDown { get; set; }

    /// <summary>Told of each request before it is answered.</summary>
    public Action<RecordedRequest>? Asked { get; set; }

    public string Url => server.Url;

    public ApertureAdminGateway Open() => Open(Url, records);

    /// <summary>The gateway of another server.</summary>
    public static ApertureAdminGateway Open(string url) => Open(url, new MemoryRecords());

    private static ApertureAdminGateway Open(string url, MemoryRecords records) => new(new ApertureAdminGatewayOptions
    {
        BaseUrl = url,
        Macaroon = OperatorSecret.From(StrictAperture.Macaroon),
        Records = records,
        Probes = new SaleProbeOptions { BaseUrl = url },
        Http = TestHttp.Options with { Tries = 1 },
    });

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
