using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.Probes;
using LightningOps.Http;
using LightningOps.Payments;
using LightningOps.Payments.Simulation;
using LightningOps.Paywalls;
using LightningOps.Settings;
using LightningOps.Storage;

namespace LightningOps.Status;

/// <summary>Calls the links of a session, each within a time limit. Nothing is written, sold or paid.</summary>
public sealed class ConnectionCheck
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);
    private readonly TimeProvider time = TimeProvider.System;

    /// <summary>Reads paywalls and switches of a control plane.</summary>
    /// <param name="environment">The effective settings.</param>
    /// <param name="isStoreNamed">Whether the file of the local store was configured, so that it must exist.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<ConnectionLink> CheckControlPlaneAsync(OperatorEnvironment environment, bool isStoreNamed, CancellationToken cancellationToken)
    {
        var link = new ConnectionLink { Kind = LinkKind.ControlPlane, Name = "not known", Address = "not known", State = LinkState.Fails, Found = string.Empty };
        return RunAsync(
            link,
            async stop =>
            {
                var settings = ControlPlaneSettings.From(environment) with { StoreAccess = isStoreNamed ? StoreAccess.ReadExisting : StoreAccess.Read };
                link = link with { Name = settings.Mode.ToString().ToLowerInvariant() };
                if (settings.Mode == ControlPlaneMode.Mock)
                {
                    return link with { Address = "this process", State = LinkState.NotAsked, Found = "is in memory and needs no connection" };
                }

                var name = ControlPlaneTarget.GetName(settings, settings.StorePath ?? StorePaths.DefaultStorePath(environment));
                link = name.Substring(name.IndexOf(':') + 1) is { Length: > 0 } address ? link with { Address = address } : link;
                if (settings.Mode == ControlPlaneMode.Local && !isStoreNamed && !File.Exists(settings.StorePath))
                {
                    return link with { State = LinkState.Works, Found = "no store yet; the first command that writes creates it" };
                }

                using var controlPlane = ControlPlaneFactory.Create(settings);
                var paywalls = await controlPlane.ListPaywallsAsync(stop).ConfigureAwait(false);
                var security = await controlPlane.GetSecurityStateAsync(stop).ConfigureAwait(false);
                return link with { State = LinkState.Works, Found = Describe(paywalls, security) };
            },
            () => link,
            isRegistered: false,
            cancellationToken);
    }

    /// <summary>Checks whether one endpoint of a gateway is up and what it serves.</summary>
    /// <param name="name">Name of the gateway.</param>
    /// <param name="network">Network of its registration; null if not stated.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="isRegistered">Whether the name is that of a registration, so that a remedy changes the registration.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<ConnectionLink> CheckEndpointAsync(string name, string? network, IGateway endpoint, bool isRegistered, CancellationToken cancellationToken)
    {
        var colon = endpoint.Name.IndexOf(':');
        var link = new ConnectionLink { Kind = LinkKind.Gateway, Name = name, Address = colon < 0 ? "this process" : endpoint.Name.Substring(colon + 1), Network = network, State = LinkState.Fails, Found = string.Empty };
        return RunAsync(link, stop => CheckAsync(link, endpoint, stop), () => link, isRegistered, cancellationToken);
    }

    /// <summary>Checks a wallet.</summary>
    /// <param name="name">Name of the wallet.</param>
    /// <param name="address">Its address; null if it is in this process.</param>
    /// <param name="expected">Registered network of the gateway it pays; null if not stated.</param>
    /// <param name="open">Creates the wallet, which is disposed here.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<ConnectionLink> CheckPayerAsync(string name, string? address, string? expected, Func<IInvoicePayer> open, CancellationToken cancellationToken)
    {
        var link = new ConnectionLink { Kind = LinkKind.Payer, Name = name, Address = address ?? "this process", State = LinkState.Fails, Found = string.Empty };
        return RunAsync(
            link,
            async stop =>
            {
                var payer = open();
                try
                {
                    return Describe(link, await PayerReport.CreateAsync(payer, stop).ConfigureAwait(false), expected);
                }
                finally
                {
                    // The simulated wallet belongs to the gateway, which keeps running.
                    if (payer is not SimulatedWallet)
                    {
                        payer.Dispose();
                    }
                }
            },
            () => link,
            isRegistered: false,
            cancellationToken);
    }

    /// <summary>The link of something that could not be called.</summary>
    /// <param name="kind">Kind of the link.</param>
    /// <param name="name">Its name.</param>
    /// <param name="address">The address it would have been called at.</param>
    /// <param name="failure">Why it was not called.</param>
    /// <param name="isRegistered">Whether the name is that of a registration, so that a remedy changes the registration.</param>
    public static ConnectionLink CreateFailure(LinkKind kind, string name, string address, LightningOpsException failure, bool isRegistered) =>
        Fail(new ConnectionLink { Kind = kind, Name = name, Address = address, State = LinkState.Fails, Found = string.Empty }, failure, isRegistered);

    private static async Task<ConnectionLink> CheckAsync(ConnectionLink link, IGateway endpoint, CancellationToken cancellationToken)
    {
        var services = await ServedServices.ReadAsync(link.Name, endpoint, cancellationToken).ConfigureAwait(false);
        var served = services is null ? "what it serves is not known"
            : services.Count > 0 && services[0].Evidence == LiveEvidence.NotKnown ? FormattableString.Invariant($"its written configuration has {services.Count} {(services.Count == 1 ? "service" : "services")}, {services.Count(static service => service.State == ServedState.Selling)} for sale, and it is not known whether it is live")
            : FormattableString.Invariant($"{services.Count} {(services.Count == 1 ? "service" : "services")}, {services.Count(static service => service.State == ServedState.Selling)} selling");
        var health = await endpoint.ProbeHealthAsync(cancellationToken).ConfigureAwait(false);
        return health.Outcome switch
        {
            ProbeOutcome.Passed => link with { State = LinkState.Works, Found = "is up; " + served },
            ProbeOutcome.Skipped => link with { State = LinkState.Works, Found = "was read: " + served + "; whether it is up was not asked (" + (health.Reason ?? "no address") + ")" },
            _ => link with
            {
                Found = "was read: " + served + "; its health check failed: " + (health.Reason ?? "no answer"),
                Code = "health_check_failed",
                Remedy = "Look at the log of this endpoint, and check the address of its health check.",
            },
        };
    }

    private static string Describe(IReadOnlyList<Paywall> paywalls, SecurityState security)
    {
        var killed = security.OwnerControls.Count(static owner => owner.KillSwitch);
        return FormattableString.Invariant($"answers: {paywalls.Count} {(paywalls.Count == 1 ? "paywall" : "paywalls")}, ")
            + (security.Global.GlobalPause ? "global pause is set" : "global pause is not set")
            + (killed == 0 ? string.Empty : ", " + killed.ToString(CultureInfo.InvariantCulture) + (killed == 1 ? " kill switch is set" : " kill switches are set"));
    }

    private static ConnectionLink Describe(ConnectionLink link, PayerReport report, string? expected)
    {
        var network = report.Network?.ToString().ToLowerInvariant();
        link = link with { Network = network };
        if (!report.Ok)
        {
            return link with
            {
                Found = "cannot pay" + (report.Reason is null ? string.Empty : ": " + report.Reason.TrimEnd('.')),
                Code = report.Code ?? (report.IsReachable == false ? "not_reachable" : "permission_missing"),
                Remedy = "Check address, certificate and secret of the wallet. Nothing was paid.",
            };
        }

        if (network is not null && expected is not null && network != expected)
        {
            return link with { Found = "pays on " + network + ", and the gateway is registered for " + expected, Code = "network_differs", Remedy = "Register the payer of that network, or correct -Network of the gateway." };
        }

        return report.IsReachable is null
            ? link with { State = LinkState.NotAsked, Found = "cannot be asked without a payment" }
            : link with
            {
                State = LinkState.Works,
                Found = "answers" + (report.Node is null ? string.Empty : ": node " + report.Node)
                    + (report.BalanceMsats is { } balance ? FormattableString.Invariant($", {decimal.Truncate(balance / 1000)} sat to spend") : string.Empty),
            };
    }

    private async Task<ConnectionLink> RunAsync(ConnectionLink link, Func<CancellationToken, Task<ConnectionLink>> call, Func<ConnectionLink> current, bool isRegistered, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var limit = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), stop, MaxWait, Timeout.InfiniteTimeSpan);
        try
        {
            return await call(stop.Token).ConfigureAwait(false);
        }
        catch (LightningOpsException failure)
        {
            return Fail(current(), failure, isRegistered);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return current() with { State = LinkState.Fails, Found = failure.Message.TrimEnd('.'), Code = "FileFailure", Remedy = "Check that this account can read the file." };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return current() with
            {
                State = LinkState.Fails,
                Found = FormattableString.Invariant($"no answer within {MaxWait.TotalSeconds} seconds"),
                Code = "timeout",
                Remedy = "Check that " + link.Name + " is up and can be reached from this machine.",
            };
        }
    }

    private static ConnectionLink Fail(ConnectionLink link, LightningOpsException failure, bool isRegistered)
    {
        var registered = isRegistered ? FindRemedy(link.Name, failure) : null;
        return link with
        {
            State = LinkState.Fails,
            Found = (registered is not null && failure is ConfigException setting ? setting.Reason : failure.Message).TrimEnd('.'),
            Code = failure.Tag,
            Remedy = registered ?? failure.Remedy,
        };
    }

    // A registered gateway is called with what is registered, and no parameter of this command replaces that.
    private static string? FindRemedy(string name, LightningOpsException failure) => failure switch
    {
        ConfigException { Field: "MacaroonPath" or "Macaroon" } => "Register the admin.macaroon of its Aperture: Set-L402Gateway " + name + " -Macaroon file:/path/of/admin.macaroon.",
        GatewayException { Reason: var reason } when reason.StartsWith("status_401", StringComparison.Ordinal) || reason.StartsWith("status_403", StringComparison.Ordinal) =>
            "Register the secret that it accepts: Set-L402Gateway " + name + " -Macaroon, or -OpsToken for ops endpoints.",
        GatewayException { Reason: var reason } when reason.StartsWith("connection_failed:" + ConnectionFailure.TlsRefused, StringComparison.Ordinal) =>
            "Register its certificate: Set-L402Gateway " + name + " -CertificatePath, or -CertificateFingerprint if you know that the fingerprint is the gateway's.",
        _ => null,
    };
}
