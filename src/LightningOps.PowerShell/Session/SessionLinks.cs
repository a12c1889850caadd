using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.Registry;
using LightningOps.Http;
using LightningOps.Payments;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.Settings;
using LightningOps.Status;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Session;

/// <summary>The links of a session: its control plane, its gateways and the registered ones, and their wallets.</summary>
internal sealed class SessionLinks
{
    private const string SessionName = "of the session";
    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(10);

    private readonly SessionContext context;
    private readonly SessionGateways running;
    private readonly IRegistrationUser command;
    private readonly ConnectionCheck check = new();

    /// <param name="context">The context of the command.</param>
    /// <param name="running">The loopback gateways of the session.</param>
    /// <param name="command">Reads the secrets of registered gateways.</param>
    public SessionLinks(SessionContext context, SessionGateways running, IRegistrationUser command)
    {
        this.context = context;
        this.running = running;
        this.command = command;
    }

    /// <summary>Calls all links at the same time.</summary>
    /// <returns>One result for each link: control plane, gateways, wallets.</returns>
    public async Task<IReadOnlyList<ConnectionLink>> CheckAsync(CancellationToken cancellationToken)
    {
        var environment = context.Environment();
        var calls = new List<Task<ConnectionLink>> { check.CheckControlPlaneAsync(environment, environment.Find(EnvironmentVariables.Store) is not null, cancellationToken) };
        var opened = new List<IDisposable>();
        try
        {
            calls.AddRange(CheckGateways(environment, opened, cancellationToken));
            return await Task.WhenAll(calls).ConfigureAwait(false);
        }
        finally
        {
            opened.ForEach(static one => one.Dispose());
        }
    }

    private IEnumerable<Task<ConnectionLink>> CheckGateways(OperatorEnvironment environment, List<IDisposable> opened, CancellationToken cancellationToken)
    {
        var gateways = new List<Task<ConnectionLink>>();
        var payers = new List<Task<ConnectionLink>>();
        IReadOnlyList<RegisteredGateway> registered = [];
        try
        {
            registered = GatewayRegistry.ForAccount(environment).List();
        }
        catch (LightningOpsException failure)
        {
            gateways.Add(Task.FromResult(ConnectionCheck.CreateFailure(LinkKind.Gateway, "registered gateways", StorePaths.GatewayRegistryPath(environment), failure, isRegistered: false)));
        }

        foreach (var gateway in registered)
        {
            gateways.AddRange(CheckGateway(new GatewayArgument(gateway.Name), gateway, environment, opened, cancellationToken));
            if (gateway.Payer is { } payer)
            {
                payers.Add(CheckPayer("of gateway " + gateway.Name, payer, gateway, environment, cancellationToken));
            }
        }

        if (environment.Find(EnvironmentVariables.GatewayBaseUrl) is not null)
        {
            gateways.AddRange(CheckGateway(new GatewayArgument("ops"), null, environment, opened, cancellationToken));
        }

        foreach (var one in running.All)
        {
            gateways.AddRange(CheckGateway(new GatewayArgument("loopback:" + one.Url), null, environment, opened, cancellationToken));
        }

        if (environment.Find(EnvironmentVariables.WalletExecutorBaseUrl) is not null)
        {
            payers.Add(CheckPayer(SessionName, "executor", null, environment, cancellationToken));
        }

        return gateways.Concat(payers);
    }

    /// <summary>Opens a gateway and calls each endpoint; a gateway that cannot be opened is one failing link.</summary>
    private IReadOnlyList<Task<ConnectionLink>> CheckGateway(GatewayArgument named, RegisteredGateway? gateway, OperatorEnvironment environment, List<IDisposable> opened, CancellationToken cancellationToken)
    {
        try
        {
            var argument = gateway is null ? named : new RegistrationAccess(command, closes: false).Open(RegisteredGatewayExpansion.Create(gateway, null), [])!;
            var made = GatewayFactory.Create(argument.Resolve(), argument.Apply(CreateSettings(environment), static path => path, static path => path));
            opened.Add(made);
            return ServedServices.GetEndpoints(made)
                .Select(endpoint => check.CheckEndpointAsync(gateway?.Name ?? SessionName, gateway?.Network, endpoint, gateway is not null, cancellationToken))
                .ToArray();
        }
        catch (LightningOpsException failure)
        {
            return [Task.FromResult(ConnectionCheck.CreateFailure(LinkKind.Gateway, gateway?.Name ?? SessionName, gateway?.Place ?? named.ToString(), failure, gateway is not null))];
        }
    }

    private Task<ConnectionLink> CheckPayer(string name, string payer, RegisteredGateway? gateway, OperatorEnvironment environment, CancellationToken cancellationToken)
    {
        var reference = PayerReference.Parse(payer);
        var address = reference.Place ?? (reference.Kind == PayerKind.WalletExecutor ? environment.Find(EnvironmentVariables.WalletExecutorBaseUrl) : null);
        return check.CheckPayerAsync(name, address, gateway?.Network, Open, cancellationToken);

        IInvoicePayer Open()
        {
            if (gateway is not null)
            {
                RegistrationAccess.RequirePayerBinding(command, gateway);
            }

            return PayerFactory.Create(reference, running.AddTo(new PayerSettings
            {
                Environment = environment,
                MacaroonPath = gateway?.LndMacaroonPath,
                CertificatePath = gateway?.LndCertificatePath,
            }));
        }
    }

    private GatewaySettings CreateSettings(OperatorEnvironment environment)
    {
        var mode = ControlPlaneSettings.GetMode(environment);
        return new GatewaySettings
        {
            Environment = environment,
            Mode = mode,
            Running = running.All,
            Store = mode == ControlPlaneMode.Local ? new LocalStoreOptions { Path = StorePaths.DefaultStorePath(environment), Access = StoreAccess.Read } : null,
            Postgres = mode == ControlPlaneMode.Postgres ? ControlPlaneFactory.CreatePostgresOptions(ControlPlaneSettings.From(environment, mode), environment) : null,
            Http = new GatewayHttpOptions { TryTimeout = TryTimeout, Tries = 1 },
        };
    }
}
