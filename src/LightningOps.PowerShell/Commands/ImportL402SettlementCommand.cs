using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Paywalls;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Progress;
using LightningOps.Settlements;
using LightningOps.Settlements.Sources;
using LightningOps.Settlements.Transactions;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Tells the control plane of invoices and settlements: from the pipeline, from a file with one JSON object a line, or from
/// the settled transactions of an Aperture. Importing again changes nothing; bad events are errors with their lines, and the
/// others are taken.
/// </summary>
/// <example>
/// <code>Import-L402Settlement ./settlements.jsonl -Mode Local</code>
/// <para>What was new, what was known, and what could not be taken.</para>
/// </example>
/// <example>
/// <code>Import-L402Settlement -Gateway admin:https://aperture.example.com:8081 -MacaroonPath ./admin.macaroon -TlsCertificatePath ./tls.cert -Mode Local</code>
/// <para>Takes what an Aperture settled since the last time.</para>
/// </example>
[Cmdlet(VerbsData.Import, "L402Settlement", DefaultParameterSetName = FromPipeline, SupportsShouldProcess = true)]
[OutputType(typeof(SettlementImportResult), typeof(SettlementOutcome))]
public sealed class ImportL402SettlementCommand : GatewayCmdlet
{
    private const string FromPipeline = "InputObject";
    private const string FromFile = "Path";
    private const string FromGateway = "Gateway";

    private readonly List<SettlementInput> collected = new();
    private IControlPlane? controlPlane;
    private SettlementReporter? reporter;
    private SettlementImport? piped;
    private bool? isAgreed;
    private long place;

    /// <summary>Events: JSON texts, or objects with the members of an invoice update or a settlement.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FromPipeline, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [SettlementTransformation]
    public SettlementArgument[] InputObject { get; set; } = [];

    /// <summary>Files with one JSON object a line. Wildcards are not expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = FromFile, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Aperture whose settled transactions are taken: admin:https://host:port.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FromGateway)]
    [ArgumentCompleter(typeof(GatewayCompleter))]
    [ValidateNotNullOrEmpty]
    public string Gateway { get; set; } = string.Empty;

    /// <summary>Takes what was settled from this time on, whatever was taken before; without it the import goes on where the last one ended.</summary>
    [Parameter(ParameterSetName = FromGateway)]
    [DateTransformation]
    public DateTimeOffset Since { get; set; }

    /// <summary>Services of the Aperture that are none of this control plane's; wildcards are expanded.</summary>
    [Parameter(ParameterSetName = FromGateway)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] ExcludeService { get; set; } = [];

    /// <summary>Events recorded together in a local store.</summary>
    [Parameter]
    [ValidateRange(1, 20000)]
    public int BatchSize { get; set; } = new SettlementImportOptions().BatchSize;

    /// <summary>Calls at once to a hosted control plane.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int Concurrency { get; set; } = new SettlementImportOptions().Concurrency;

    /// <summary>Gives each settlement, new or known, in place of the summary.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => ParameterSetName switch
    {
        FromFile => FromFilesAsync(cancellationToken),
        FromGateway => ForInputAsync(Gateway, () => FromGatewayAsync(cancellationToken)),
        _ => CollectAsync(cancellationToken),
    };

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        if (ParameterSetName == FromPipeline && IsAgreed("the pipeline"))
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
            WriteResult(piped!.CreateResult("the pipeline"));
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            controlPlane?.Dispose();
        }

        base.Dispose(disposing);
    }

    private IControlPlane ControlPlane => controlPlane ??= OpenControlPlane();

    private SettlementReporter Reporter =>
        reporter ??= new SettlementReporter(WriteProgress, WriteError, PassThru ? settlement => WriteObject(settlement) : null, WaitForPipeline);

    private async Task CollectAsync(CancellationToken cancellationToken)
    {
        collected.AddRange(InputObject.Select(argument => argument.Read(++place)).OfType<SettlementInput>());
        if (collected.Count < BatchSize)
        {
            return;
        }

        if (IsAgreed("the pipeline"))
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        collected.Clear();
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        piped ??= NewImport();
        await RunAsync(piped, new SettlementListSource(collected.ToArray(), "the pipeline"), () => 0, cancellationToken).ConfigureAwait(false);
        collected.Clear();
    }

    private async Task FromFilesAsync(CancellationToken cancellationToken)
    {
        foreach (var path in Path)
        {
            await ForInputAsync(path, async () =>
            {
                var file = ResolveInputFile(path);
                using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, useAsync: true);
                if (IsAgreed(path))
                {
                    var import = NewImport();
                    await RunAsync(import, new JsonLinesSource(content, path), () => 0, cancellationToken).ConfigureAwait(false);
                    WriteResult(import.CreateResult(path));
                }
            }).ConfigureAwait(false);
        }
    }

    private async Task FromGatewayAsync(CancellationToken cancellationToken)
    {
        using var gateways = OpenGateways([Gateway], EffectiveMode, StoreAccess.Read);
        var gateway = gateways.All[0];
        if (GatewayTransactions.Find(gateway) is not { } transactions)
        {
            throw new ConfigException(nameof(Gateway), "this kind of gateway does not tell its transactions", "Name an Aperture with its admin API, -Gateway admin:https://host:port, or the session's own, -Gateway loopback.");
        }

        if (!IsAgreed(gateway.Name))
        {
            return;
        }

        using var cursors = SettlementCursors.Open(ControlPlaneSettings.From(EffectiveEnvironment, EffectiveMode), EffectiveEnvironment);
        var paywalls = await PaywallsAsync(cancellationToken).ConfigureAwait(false);
        var source = new GatewayTransactionSource(transactions, gateway.Name, paywalls, cursors, new GatewayTransactionOptions
        {
            Since = IsBound(nameof(Since)) ? Since : null,
            IsExcluded = new WildcardFilter(ExcludeService).IsMatch,
        });
        var import = NewImport();
        await RunAsync(import, source, () => source.Skipped, cancellationToken).ConfigureAwait(false);
        WriteResult(import.CreateResult(gateway.Name, source.Skipped));
    }

    // A paywall that is archived by now sold what is settled now.
    private Task<IReadOnlyList<Paywall>> PaywallsAsync(CancellationToken cancellationToken) =>
        ControlPlane is IPaywallStore store ? store.ListAllPaywallsAsync(cancellationToken) : ControlPlane.ListPaywallsAsync(cancellationToken);

    private SettlementImport NewImport() => new(ControlPlane, new SettlementImportOptions
    {
        BatchSize = BatchSize,
        Concurrency = Concurrency,
        Observer = Reporter,
        Observability = Observability,
    });

    private async Task RunAsync(SettlementImport import, ISettlementSource source, Func<long> skipped, CancellationToken cancellationToken)
    {
        Reporter.Source = source.Name;
        try
        {
            await import.ImportAsync(source, cancellationToken).ConfigureAwait(false);
            Reporter.Complete();
        }
        catch (OperationCanceledException)
        {
            WriteHostLine(FormattableString.Invariant(
                $"The import of {source.Name} was stopped after {import.Inputs} events. They are done with; import again for the rest: what is recorded already is not recorded twice."));
            throw;
        }
        catch (LightningOpsException)
        {
            // What was done until then is done.
            WriteResult(import.CreateResult(source.Name, skipped()) with { Ok = false });
            throw;
        }
    }

    private void WriteResult(SettlementImportResult result)
    {
        if (result.SettlementsWithoutPreimage > 0)
        {
            WriteWarning(FormattableString.Invariant(
                $"Settlements without preimage: {result.SettlementsWithoutPreimage}. The control plane {GetModeName(EffectiveMode)} takes none; it was told that their invoices are settled."));
        }

        if (!PassThru)
        {
            WriteObject(result);
        }
    }

    private bool IsAgreed(string source) =>
        ParameterSetName == FromPipeline
            ? isAgreed ??= ShouldProcess("Control plane " + GetModeName(EffectiveMode), "Import settlements from " + source)
            : ShouldProcess("Control plane " + GetModeName(EffectiveMode), "Import settlements from " + source);
}
