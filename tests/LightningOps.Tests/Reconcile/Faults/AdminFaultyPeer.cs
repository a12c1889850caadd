using System;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Probes;
using LightningOps.Http;
using LightningOps.Settings;
using LightningOps.Tests.Gateway;
using LightningOps.Tests.Gateway.ApertureAdmin;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Reconcile.Faults;

/// <summary>Aperture's admin API.</summary>
internal sealed class AdminFaultyPeer : IFaultyPeer
{
    private readonly StrictAperture aperture = new();
    private readonly MemoryRecords records = new();

    public Task<Reply> AnswerAsync(RecordedRequest request) => aperture.AnswerAsync(request);

    public IGateway Open(string url, GatewayHttpOptions http) => new ApertureAdminGateway(new ApertureAdminGatewayOptions
    {
        BaseUrl = url,
        Macaroon = OperatorSecret.From(StrictAperture.Macaroon),
        Records = records,
        Probes = new SaleProbeOptions { BaseUrl = url },
        Http = http,
    });

    public Action Remember()
    {
        var (services, kept) = (aperture.Services, records.Copy());
        return () =>
        {
            aperture.Services = services;
            aperture.Forget();
            records.PutBack(kept);
        };
    }

    public void AssertServes(GatewayRollout rollout) => ServedOrder.AssertMeans(DesiredServices.From(rollout.Rules, withExtras: false), aperture.Services);

    public void AssertNeverBetween(GatewayRollout wanted) => IntermediateLists.AssertSafe(aperture.History, DesiredServices.From(wanted.Rules, withExtras: false));
}
