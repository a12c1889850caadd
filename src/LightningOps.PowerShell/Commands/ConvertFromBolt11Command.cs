using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.L402.Bolt11;
using LightningOps.PowerShell.CmdletBases;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Decodes BOLT 11 invoices: network, amount in millisatoshis and satoshis, dates, payment hash, description, hints.
/// Checksum and signature are verified.
/// </summary>
/// <example>
/// <code>ConvertFrom-Bolt11 lnbc2500u1pvjluezsp5...</code>
/// <para>The amount and expiry of an invoice.</para>
/// </example>
/// <example>
/// <code>Get-Content invoices.txt | ConvertFrom-Bolt11 | Where-Object AmountSats -gt 1000</code>
/// <para>The invoices in a file above 1,000 satoshis.</para>
/// </example>
[Cmdlet(VerbsData.ConvertFrom, "Bolt11")]
[OutputType(typeof(Bolt11Invoice))]
public sealed class ConvertFromBolt11Command : LightningOpsCmdlet
{
    /// <summary>Invoices. Surrounding white space and the prefixes lightning:, lightning:// and BIP 21 lightning= are removed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PaymentRequest")]
    [ValidateNotNullOrEmpty]
    public string[] Invoice { get; set; } = [];

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        foreach (var invoice in Invoice)
        {
            await ForInputAsync(invoice, () =>
            {
                WriteObject(Bolt11Invoice.Parse(Bolt11Invoice.Unwrap(invoice.Trim())));
                return Task.CompletedTask;
            }).ConfigureAwait(false);
        }
    }
}
