using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Net;
using System.Security;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.L402.Bolt11;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;
using LightningOps.PowerShell.Session;
using LightningOps.Settlements.Books;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Finds a sale by what a buyer can name: invoice, payment hash, preimage or token id. Shows its settlement, owner, service
/// and credential, what a refund can rest on, and one verdict for the buyer. With -Gateway the verdict says whether the token is
/// still valid. The hosted control planes do not list their sales.
/// </summary>
/// <example>
/// <code>Find-L402Sale -Invoice lnbc25u1p… -Mode Local</code>
/// <para>Whether the invoice was paid, and who sold what with it.</para>
/// </example>
[Cmdlet(VerbsCommon.Find, "L402Sale", DefaultParameterSetName = ByHash)]
[OutputType(typeof(L402Sale))]
public sealed class FindL402SaleCommand : GatewayCmdlet
{
    private const string ByHash = "PaymentHash";
    private const string ByInvoice = "Invoice";
    private const string ByPreimage = "Preimage";
    private const string ByToken = "TokenId";

    /// <summary>BOLT 11 invoice.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByInvoice)]
    [ValidateNotNullOrEmpty]
    public string Invoice { get; set; } = string.Empty;

    /// <summary>Payment hash, hex.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByHash, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string PaymentHash { get; set; } = string.Empty;

    /// <summary>Preimage of the payment, hex: a secret, shown nowhere. Its hash is looked for.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPreimage)]
    [SecretTransformation]
    public SecureString? Preimage { get; set; }

    /// <summary>Token id of the credential, hex, as an Aperture lists it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByToken)]
    [ValidateNotNullOrEmpty]
    public string TokenId { get; set; } = string.Empty;

    /// <summary>Apertures with an admin API that are asked whether the token of a sale is still valid: admin:https://host:port, or file:PATH where the file turns the admin API on.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(GatewayCompleter))]
    [ValidateNotNullOrEmpty]
    [GatewayTransformation]
    public GatewayArgument[] Gateway { get; set; } = [];

    /// <summary>Only sales settled at this time or later.</summary>
    [Parameter]
    [DateTransformation]
    public DateTimeOffset Since { get; set; }

    /// <summary>Only sales settled before this time.</summary>
    [Parameter]
    [DateTransformation]
    public DateTimeOffset Until { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var range = TimeRange;
        var access = IsStoreNamed ? StoreAccess.ReadExisting : StoreAccess.Read;
        using var controlPlane = OpenControlPlane(EffectiveMode, access);
        using var gateways = Gateway.Length == 0 ? new GatewayList([]) : OpenGateways(Gateway, EffectiveMode, access);
        var books = LedgerAccess.GetHistory(controlPlane, EffectiveMode);
        var finder = new SaleFinder(books);
        var sales = await FindAsync(finder, cancellationToken).ConfigureAwait(false);
        var found = sales.Where(sale => range.Contains(sale.SettledAtMs is { } settled ? DateTimeOffset.FromUnixTimeMilliseconds(settled) : null)).ToArray();
        var tokens = new TokenCheck(controlPlane, gateways.All);
        foreach (var sale in found)
        {
            WriteObject(await tokens.AddToAsync(sale, cancellationToken).ConfigureAwait(false));
        }

        if (sales.Count == 0 && ParameterSetName == ByHash && !LightningOps.L402.PaymentHash.TryParse(PaymentHash.Trim(), out _, out _))
        {
            WriteError(NotAHash(await books.FindInvoiceAsync(PaymentHash.Trim(), cancellationToken).ConfigureAwait(false)));
        }
        else if (found.Length == 0)
        {
            // Never the preimage.
            WriteError(ErrorRecords.Create(
                "SaleNotFound",
                "The books hold no sale of this " + Name + (range.IsOpen ? "." : " that was settled between -Since and -Until."),
                ErrorCategory.ObjectNotFound,
                ParameterSetName == ByPreimage ? null : Invoice + PaymentHash + TokenId,
                range.IsOpen ? "Import the sales of the gateway with Import-L402Settlement -Gateway, and repeat the search." + (ParameterSetName == ByHash ? " A token id is searched for with -TokenId." : string.Empty) : "Repeat the search without -Since and -Until. If it still finds nothing, import the sales of the gateway with Import-L402Settlement -Gateway."));
        }
    }

    private ErrorRecord NotAHash(Invoice? invoice) => ErrorRecords.Create(
        "SaleNotFound",
        "'" + PaymentHash.Trim() + "' is not a payment hash of 64 hexadecimal digits" + (invoice is null ? ", and the books hold no sale of that name." : " but an invoice id."),
        ErrorCategory.ObjectNotFound,
        PaymentHash,
        invoice is null ? "Specify the payment hash, or the invoice, preimage or token id with -Invoice, -Preimage or -TokenId."
            : invoice.PaymentHash is { } hash ? "Search for the payment hash of this invoice: Find-L402Sale " + hash + "."
            : "The invoice has no payment hash. Find its settlement with Get-L402Settlement -InvoiceId.");

    private string Name => ParameterSetName switch
    {
        ByInvoice => "invoice",
        ByPreimage => "preimage",
        ByToken => "token id",
        _ => "payment hash",
    };

    private Task<IReadOnlyList<L402Sale>> FindAsync(SaleFinder finder, CancellationToken cancellationToken) => ParameterSetName switch
    {
        ByInvoice => finder.FindByHashAsync(ReadHash(), null, cancellationToken),
        ByPreimage => finder.FindByPreimageAsync(ReadPreimage(), cancellationToken),
        ByToken => finder.FindByTokenAsync(TokenId, cancellationToken),
        _ => finder.FindByHashAsync(PaymentHash.Trim(), null, cancellationToken),
    };

    private string ReadHash() => Bolt11Invoice.TryParse(Invoice, out var invoice, out var error)
        ? invoice.PaymentHash
        : throw new ConfigException(nameof(Invoice), "is not a BOLT 11 invoice: " + error.Reason, "Specify the whole invoice, or its payment hash with -PaymentHash.");

    private string ReadPreimage()
    {
        var preimage = new NetworkCredential(string.Empty, Preimage).Password.Trim();
        return LightningOps.L402.Preimage.TryParse(preimage, out _, out _)
            ? preimage
            : throw new ConfigException(nameof(Preimage), "is not a preimage", "Specify 64 hexadecimal digits.");
    }
}
