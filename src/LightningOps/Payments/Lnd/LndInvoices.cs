using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Http;
using LightningOps.L402;
using LightningOps.Settings;

namespace LightningOps.Payments.Lnd;

/// <summary>Paid invoices of an LND node (api.lightning.community: ListInvoices). Its macaroon only needs to read invoices.</summary>
public sealed class LndInvoices : IDisposable
{
    private const int Ok = 200;
    private const int PageSize = 500;
    private const int MaxResponseSize = 64 * 1024 * 1024;
    private const int MaxInvoices = 10_000_000;
    private const long MaxSeconds = 253_402_300_799;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly WalletHttp http;
    private readonly string baseUrl;
    private readonly LndMacaroon macaroon;

    /// <summary>Prepares the node; only the certificate is read yet.</summary>
    /// <param name="url">Its REST address, https.</param>
    /// <param name="settings">Macaroon and certificate.</param>
    /// <exception cref="ConfigException">A setting cannot be used.</exception>
    public LndInvoices(string url, PayerSettings settings)
    {
        if (settings.Macaroon is null && settings.MacaroonPath is null)
        {
            throw new ConfigException("LndMacaroonPath", "LND needs a macaroon", "Specify -LndMacaroonPath, the file of a macaroon that may read invoices (invoice.macaroon or readonly.macaroon).");
        }

        baseUrl = HttpAddress.CheckBase("PayeeNode", url, settings.Http.AllowInsecure);
        http = WalletHttp.OpenPinned(settings.Http with { MaxResponseSize = MaxResponseSize }, settings.CertificateFingerprint, settings.CertificatePath);
        macaroon = new LndMacaroon(settings.Macaroon, settings.MacaroonPath);
    }

    /// <summary>Name in messages.</summary>
    public string Name => "lnd:" + baseUrl;

    /// <summary>The invoices settled at a time or later, in the order of their creation.</summary>
    /// <param name="sinceMs">Unix milliseconds; null for all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="PayeeNodeException">The node was not reached, refused, or is not an LND.</exception>
    public async Task<IReadOnlyList<SettledInvoice>> ListSettledAsync(long? sinceMs, CancellationToken cancellationToken)
    {
        var found = new List<SettledInvoice>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (long offset = 0; ;)
        {
            var (invoices, last) = await ReadPageAsync(offset, cancellationToken).ConfigureAwait(false);
            if (invoices.Count == 0)
            {
                return found;
            }

            var fresh = invoices.Where(invoice => seen.Add(invoice.Settled.PaymentHash)).ToArray();
            found.AddRange(fresh.Where(invoice => invoice.IsSettled && (sinceMs is null || invoice.Settled.SettledAtMs >= sinceMs)).Select(invoice => invoice.Settled));

            // A node numbers its invoices upwards; one that gives the same page again, or made-up ones, would be read for ever.
            if (last <= offset || fresh.Length == 0 || seen.Count > MaxInvoices)
            {
                throw new PayeeNodeException(Name, "its list of invoices does not end: a page after number " + offset.ToString(CultureInfo.InvariantCulture) + " holds those of an earlier one, or there are too many", "Check that the address is that of an LND's REST interface, without a cache in front of it.");
            }

            offset = last;
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => http.Dispose();

    private async Task<(IReadOnlyList<(SettledInvoice Settled, bool IsSettled)> Invoices, long Last)> ReadPageAsync(long offset, CancellationToken cancellationToken)
    {
        var request = new GatewayRequest(HttpMethod.Get, new Uri(FormattableString.Invariant($"{baseUrl}/v1/invoices?num_max_invoices={PageSize}&index_offset={offset}")))
        {
            Headers = macaroon.ToHeaders(),
        };
        try
        {
            var (status, body) = await http.RequestAsync(request, Limit, cancellationToken).ConfigureAwait(false);
            if (status != Ok)
            {
                var refusal = LndRefusal.From(status, body, macaroon.Reveal());
                throw new PayeeNodeException(Name, refusal.Code + ": " + refusal.Reason, "Use a macaroon of this node that may read invoices, and check the address.");
            }

            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            var invoices = root.GetProperty("invoices").EnumerateArray().Select(Read).ToArray();
            return (invoices, invoices.Length == 0 ? offset : Number(root, "last_index_offset"));
        }
        catch (WalletNoResponseException e)
        {
            throw new PayeeNodeException(Name, e.Code, "Check that the node runs and that the address is that of its REST interface.", e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw new PayeeNodeException(Name, "the answer to /v1/invoices is not an LND's", "Check that the address is that of an LND's REST interface.", e);
        }
    }

    // Of an open, canceled or accepted one only its hash is of use: it was listed.
    private static (SettledInvoice Settled, bool IsSettled) Read(JsonElement invoice)
    {
        var hash = HexText.From(Convert.FromBase64String(invoice.GetProperty("r_hash").GetString()!));
        if (invoice.GetProperty("state").GetString() != "SETTLED")
        {
            return (new SettledInvoice(hash, 0, 0), false);
        }

        var (amount, settled) = (Number(invoice, "amt_paid_msat"), Number(invoice, "settle_date"));
        return amount >= 0 && settled is >= 0 and <= MaxSeconds
            ? (new SettledInvoice(hash, amount, settled * 1000), true)
            : throw new FormatException("An invoice has a negative amount, or a date beyond the calendar.");
    }

    // protobuf's JSON writes 64-bit numbers as strings.
    private static long Number(JsonElement item, string member) =>
        long.Parse(item.GetProperty(member).ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}

/// <summary>A paid invoice, as reported by its node.</summary>
/// <param name="PaymentHash">Payment hash, 64 lower-case hexadecimal digits.</param>
/// <param name="AmountMsats">Amount received, millisatoshis.</param>
/// <param name="SettledAtMs">Time, Unix milliseconds, to the second.</param>
public sealed record SettledInvoice(string PaymentHash, long AmountMsats, long SettledAtMs);

/// <summary>A payee's node that did not return its invoices (<c>PayeeNodeError</c>).</summary>
public sealed class PayeeNodeException : LightningOpsException
{
    /// <summary>Creates the failure of one node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="reason">What went wrong; never a secret.</param>
    /// <param name="remedy">What the operator can do.</param>
    /// <param name="cause">The cause.</param>
    public PayeeNodeException(string node, string reason, string remedy, Exception? cause = null)
        : base("PayeeNodeError", node + ": " + reason, remedy, cause)
    {
        Reason = reason;
    }

    /// <summary>The cause.</summary>
    public string Reason { get; }
}
