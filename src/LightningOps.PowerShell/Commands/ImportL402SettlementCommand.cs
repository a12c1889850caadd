using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Endpoints;
using LightningOps.Paywalls;
using LightningOps.Payments;
using LightningOps.Payments.Lnd;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Progress;
using LightningOps.PowerShell.Session;
using LightningOps.Settlements;
using LightningOps.Settlements.Sources;
using LightningOps.Settlements.Transactions;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Records invoices and settlements in the control plane: from the pipeline, from a file with one JSON object per line,
/// or from the settled transactions of an Aperture. The import is idempotent; invalid events are errors with their line
/// numbers, and the others are imported.
/// </summary>
/// <example>
/// <code>Import-L402Settlement ./settlements.jsonl -Mode Local</code>
/// <para>The numbers of new, known and rejected events.</para>
/// </example>
/// <example>
/// <code>Import-L402Settlement -Gateway admin:https://aperture.example.com:8081 -MacaroonPath ./admin.macaroon -TlsCertificatePath ./tls.cert -Mode Local</code>
/// <para>Imports the transactions that an Aperture settled since the last import.</para>
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

    /// <summary>Events: JSON texts, lists included, or objects with the members of an invoice update or a settlement.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FromPipeline, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [SettlementTransformation]
    public SettlementArgument[] InputObject { get; set; } = [];

    /// <summary>Files with one JSON object per line, or with one list of them, as Export-Json writes it. Wildcards are not expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = FromFile, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Aperture whose settled transactions are taken: admin:https://host:port, file:PATH of an aperture.yaml whose admin API is on, or a hashtable with the settings of that gateway. Of one with several endpoints each is asked, with a result for each.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FromGateway)]
    [ArgumentCompleter(typeof(GatewayCompleter))]
    [ValidateNotNullOrEmpty]
    [GatewayTransformation]
    public GatewayArgument Gateway { get; set; } = null!;

    /// <summary>Import transactions settled at this time or later, even if they were imported before; by default the import continues where the last one ended.</summary>
    [Parameter(ParameterSetName = FromGateway)]
    [DateTransformation]
    public DateTimeOffset Since { get; set; }

    /// <summary>
    /// LND node that is paid, lnd:https://host:port: what it received is compared with the books after the import, from -Since
    /// on where it is given. -LndMacaroonPath is a macaroon that may read invoices.
    /// </summary>
    [Parameter(ParameterSetName = FromGateway)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PayerCompleter))]
    public string? PayeeNode { get; set; }

    /// <summary>
    /// Compare the books with what the Aperture counts and lists, both ways, after the import: sales that are not booked,
    /// booked sales that are no longer listed because their token was revoked, and challenges that were not paid.
    /// </summary>
    [Parameter(ParameterSetName = FromGateway)]
    public SwitchParameter Reconcile { get; set; }

    /// <summary>Services of the Aperture that are none of this control plane's; wildcards are expanded.</summary>
    [Parameter(ParameterSetName = FromGateway)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ServiceNameCompleter))]
    public string[] ExcludeService { get; set; } = [];

    /// <summary>Number of events per transaction in a local store.</summary>
    [Parameter]
    [ValidateRange(1, 20000)]
    public int BatchSize { get; set; } = new SettlementImportOptions().BatchSize;

    /// <summary>Number of concurrent calls to a hosted control plane.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int Concurrency { get; set; } = new SettlementImportOptions().Concurrency;

    /// <summary>Return each settlement, new or known, instead of the summary.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => ParameterSetName switch
    {
        FromFile => FromFilesAsync(cancellationToken),
        FromGateway => ForInputAsync(Gateway.ToString(), () => FromGatewayAsync(cancellationToken)),
        _ => CollectAsync(cancellationToken),
    };

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        if (ParameterSetName == FromPipeline && MayRead("the pipeline"))
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
            await WriteResultAsync(piped!.CreateResult("the pipeline")).ConfigureAwait(false);
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

    private IControlPlane ControlPlane => controlPlane ??= OpenControlPlane(EffectiveMode, IsWhatIf ? StoreAccess.Read : StoreAccess.Write);

    private SettlementReporter Reporter =>
        reporter ??= new SettlementReporter(WriteProgress, WriteError, WritesSettlements ? settlement => WriteObject(settlement) : null, WaitForPipeline);

    // With -WhatIf nothing is recorded, so there is no settlement to write.
    private bool WritesSettlements => PassThru && !IsWhatIf;

    private async Task CollectAsync(CancellationToken cancellationToken)
    {
        collected.AddRange(InputObject.Select(argument => argument.Read(++place)).OfType<SettlementInput>());
        if (collected.Count < BatchSize)
        {
            return;
        }

        if (MayRead("the pipeline"))
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        collected.Clear();
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        piped ??= NewImport();
        await RunAsync(piped, new SettlementListSource(collected.ToArray(), "the pipeline"), static result => result, cancellationToken).ConfigureAwait(false);
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
                if (MayRead(path))
                {
                    var import = NewImport();
                    await RunAsync(import, new JsonLinesSource(content, path), static result => result, cancellationToken).ConfigureAwait(false);
                    await WriteResultAsync(import.CreateResult(path)).ConfigureAwait(false);
                }
            }).ConfigureAwait(false);
        }
    }

    private async Task FromGatewayAsync(CancellationToken cancellationToken)
    {
        using var gateways = OpenGateways([Gateway], EffectiveMode, StoreAccess.Read);
        foreach (var gateway in gateways.All[0] is EndpointGroup group ? group.Endpoints : gateways.All)
        {
            // Endpoints may have separate books; a settlement reported by two of them is recorded once.
            await ForInputAsync(gateway.Name, () => FromGatewayAsync(gateway, cancellationToken)).ConfigureAwait(false);
        }
    }

    private async Task FromGatewayAsync(IGateway gateway, CancellationToken cancellationToken)
    {
        var transactions = GatewayTransactions.Require(gateway);
        var operations = Reconcile && !IsWhatIf
            ? ApertureOperations.Find(gateway) ?? throw new ConfigException(nameof(Reconcile), gateway.Name + " has no statistic to compare with", "Use it with an Aperture's admin API, -Gateway admin:https://host:port, or omit it.")
            : null;
        if (!MayRead(gateway.Name))
        {
            return;
        }

        using var payee = OpenPayee();
        using var cursors = OpenCursors();
        var paywalls = await PaywallsAsync(cancellationToken).ConfigureAwait(false);
        var source = new GatewayTransactionSource(transactions, gateway.Name, paywalls, cursors, new GatewayTransactionOptions
        {
            Since = IsBound(nameof(Since)) ? Since : null,
            IsExcluded = new WildcardFilter(ExcludeService).IsMatch,
        });
        var import = NewImport();
        await RunAsync(import, source, source.Complete, cancellationToken).ConfigureAwait(false);
        var result = source.Complete(import.CreateResult(gateway.Name));
        await WriteResultAsync(payee is null && operations is null ? result : await CompareAsync(result, payee, operations, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private LndInvoices? OpenPayee()
    {
        if (PayeeNode is null || IsWhatIf)
        {
            return null;
        }

        return PayerReference.Parse(PayeeNode) is { Kind: PayerKind.Lnd, Place: { } url }
            ? new LndInvoices(url, ReadWallet())
            : throw new ConfigException(nameof(PayeeNode), "is not an LND node", "Specify -PayeeNode lnd:https://host:port and -LndMacaroonPath.");
    }

    private async Task<SettlementImportResult> CompareAsync(SettlementImportResult result, LndInvoices? payee, ApertureOperations? aperture, CancellationToken cancellationToken)
    {
        try
        {
            var books = LedgerAccess.GetHistory(ControlPlane, EffectiveMode);
            DateTimeOffset? since = IsBound(nameof(Since)) ? Since : null;
            var compared = payee is null ? result : result.ComparedWith(await PayeeComparison.MakeAsync(payee, books, since?.ToUnixTimeMilliseconds(), cancellationToken).ConfigureAwait(false));
            return aperture is null ? compared
                : compared.ComparedWith(await ApertureComparison.MakeAsync(aperture, result.Source, books, since, new WildcardFilter(ExcludeService).IsMatch, cancellationToken).ConfigureAwait(false));
        }
        catch (LightningOpsException)
        {
            // The import itself is complete.
            await WriteResultAsync(result).ConfigureAwait(false);
            throw;
        }
    }

    private ISettlementCursors OpenCursors()
    {
        var cursors = SettlementCursors.Open(ControlPlaneSettings.From(EffectiveEnvironment, EffectiveMode), EffectiveEnvironment);
        return IsWhatIf ? new ReadOnlySettlementCursors(cursors) : cursors;
    }

    // A paywall that is archived now may have sold what is settled now.
    private Task<IReadOnlyList<Paywall>> PaywallsAsync(CancellationToken cancellationToken) =>
        ControlPlane is IPaywallStore store ? store.ListAllPaywallsAsync(cancellationToken) : ControlPlane.ListPaywallsAsync(cancellationToken);

    private SettlementImport NewImport() => new(ControlPlane, new SettlementImportOptions
    {
        BatchSize = BatchSize,
        Concurrency = Concurrency,
        Observer = Reporter,
        IsPreview = IsWhatIf,
        Observability = Observability,
    });

    private async Task RunAsync(SettlementImport import, ISettlementSource source, Func<SettlementImportResult, SettlementImportResult> complete, CancellationToken cancellationToken)
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
                $"The import of {source.Name} was stopped after {import.Inputs} event{(import.Inputs == 1 ? string.Empty : "s")}; import again to continue. Nothing is recorded twice."));
            throw;
        }
        catch (Exception failure) when (failure is LightningOpsException or IOException)
        {
            // Parts imported until then stay imported. What follows was not read.
            await WriteResultAsync(complete(import.CreateResult(source.Name)) with { Ok = false, IsComplete = false }).ConfigureAwait(false);
            throw;
        }
    }

    private async Task WriteResultAsync(SettlementImportResult result)
    {
        WriteResult(result);
        if (!IsWhatIf)
        {
            await JournalAsync(EffectiveMode, new JournalDraft
            {
                Kind = JournalKind.Import,
                Action = FormattableString.Invariant($"{result.SettlementsNew} settlement{(result.SettlementsNew == 1 ? string.Empty : "s")} imported"),
                Result = result.Ok ? JournalResult.Done : JournalResult.Failed,
                Subject = result.Source,
                Gateway = ParameterSetName == FromGateway ? result.Source : null,
                Detail = FormattableString.Invariant($"{result.SettlementsExisting} recorded before, {result.RejectedCount} rejected"),
            }).ConfigureAwait(false);
        }
    }

    private void WriteResult(SettlementImportResult result)
    {
        if (result.SettlementsWithoutPreimage > 0)
        {
            WriteWarning(FormattableString.Invariant(
                $"Settlements without preimage: {result.SettlementsWithoutPreimage}. The control plane {GetModeName(EffectiveMode)} does not accept them; their invoices were reported as settled."));
        }

        foreach (var warning in result.Warnings)
        {
            WriteWarning(warning.Message);
        }

        if (!WritesSettlements)
        {
            WriteObject(result);
        }
    }

    // With -WhatIf the source is read and counted, and nothing is recorded.
    private bool MayRead(string source) => IsAgreed(source) || IsWhatIf;

    private bool IsAgreed(string source) =>
        ParameterSetName == FromPipeline
            ? isAgreed ??= ShouldProcess("Control plane " + GetModeName(EffectiveMode), "Import settlements from " + source)
            : ShouldProcess("Control plane " + GetModeName(EffectiveMode), "Import settlements from " + source);
}
