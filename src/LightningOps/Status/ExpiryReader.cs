using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer.Credentials;
using LightningOps.Gateway;
using LightningOps.Gateway.Endpoints;
using LightningOps.L402;
using LightningOps.L402.Macaroons;

namespace LightningOps.Status;

/// <summary>Finds expiries: certificates presented by endpoints, macaroons by their caveats, bought tokens.</summary>
internal sealed class ExpiryReader
{
    private const string TimeBefore = "time-before ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly DateTimeOffset now;
    private readonly List<UnknownValue> unknown;
    private readonly List<ExpiringItem> items = [];

    /// <param name="now">Receives what could not be read.</param>
    /// <param name="unknown">Told of what could not be read.</param>
    public ExpiryReader(DateTimeOffset now, List<UnknownValue> unknown)
    {
        this.now = now;
        this.unknown = unknown;
    }

    public IReadOnlyList<ExpiringItem> Items => items;

    /// <summary>The gateways themselves, or their endpoints.</summary>
    public static IEnumerable<IGateway> FindEndpoints(IEnumerable<IGateway> gateways) =>
        gateways.SelectMany(static gateway => gateway is EndpointGroup group ? group.Endpoints : [gateway]);

    /// <summary>The addresses of gateways; names have the form kind:address.</summary>
    public static IEnumerable<Uri> FindAddresses(IEnumerable<IGateway> gateways) =>
        FindEndpoints(gateways)
            .Select(static gateway => gateway.Name.Substring(gateway.Name.IndexOf(':') + 1))
            .Select(static place => Uri.TryCreate(place, UriKind.Absolute, out var address) ? address : null)
            .OfType<Uri>();

    /// <summary>Reads the certificate that an address presents, whoever signed it.</summary>
    public async Task AddCertificateAsync(Uri address, CancellationToken cancellationToken)
    {
        var name = address.GetLeftPart(UriPartial.Authority);
        using var client = new TcpClient();
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Patience);
            using var close = limit.Token.Register(client.Close);
            await client.ConnectAsync(address.DnsSafeHost, address.Port).ConfigureAwait(false);
            X509Certificate2? shown = null;
            using var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) =>
            {
                // Only its dates are read; nothing is sent over this connection.
                shown = certificate is null ? null : new X509Certificate2(certificate);
                return true;
            });
            await stream.AuthenticateAsClientAsync(address.DnsSafeHost).ConfigureAwait(false);
            using var read = shown ?? throw new AuthenticationException("no certificate was shown");
            Add(ExpiringKind.Certificate, name, new DateTimeOffset(read.NotAfter.ToUniversalTime()));
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && failure is IOException or SocketException or AuthenticationException or ObjectDisposedException or InvalidOperationException or NullReferenceException)
        {
            unknown.Add(new UnknownValue("certificate of " + name, failure is ObjectDisposedException or NullReferenceException ? "no answer in " + Patience.TotalSeconds.ToString(CultureInfo.InvariantCulture) + " s" : failure.Message));
        }
    }

    /// <summary>Reads the expiry of a gateway's macaroon.</summary>
    public void AddMacaroon(IGateway gateway)
    {
        if (gateway is not IMacaroonHolder holder)
        {
            return;
        }

        try
        {
            AddMacaroon(gateway.Name, holder.RevealMacaroon());
        }
        catch (LightningOpsException failure)
        {
            unknown.Add(new UnknownValue("macaroon of " + gateway.Name, failure.Message));
        }
    }

    /// <summary>Reads the expiry of a macaroon file.</summary>
    public void AddMacaroon(string file)
    {
        try
        {
            AddMacaroon(Path.GetFileName(file), MacaroonFile.ReadHex(file) ?? throw new IOException("the file contains no macaroon"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            unknown.Add(new UnknownValue("macaroon " + Path.GetFileName(file), failure.Message));
        }
    }

    /// <summary>Adds the tokens in use that expire.</summary>
    public void AddTokens(IEnumerable<Purchase> purchases)
    {
        foreach (var purchase in purchases.Where(static purchase => purchase.State == PurchaseState.Paid))
        {
            var ends = new[] { purchase.Token?.ExpiresAt, purchase.ExpiresAtMs is { } set ? DateTimeOffset.FromUnixTimeMilliseconds(set) : null }.Min();
            if (ends is { } end)
            {
                Add(ExpiringKind.Token, purchase.For.Host + " " + purchase.PurchaseId, end);
            }
        }
    }

    private void AddMacaroon(string name, string hex)
    {
        if (HexText.Decode(hex) is not { } bytes || !Macaroon.TryParse(bytes, out var macaroon, out _))
        {
            unknown.Add(new UnknownValue("macaroon of " + name, "it is not a macaroon"));
            return;
        }

        if (FindEnd(macaroon) is { } end)
        {
            Add(ExpiringKind.Macaroon, name, end);
        }
    }

    /// <summary>
    /// The earliest expiry of an L402's caveats and lnd's <c>time-before</c> (lnd, macaroons/constraints.go); null if
    /// it never expires.
    /// </summary>
    internal static DateTimeOffset? FindEnd(Macaroon macaroon) => macaroon.Caveats
        .Where(static caveat => !caveat.IsThirdParty)
        .Select(static caveat => Encoding.UTF8.GetString(caveat.IdentifierBytes))
        .Where(static text => text.StartsWith(TimeBefore, StringComparison.Ordinal))
        .Select(static text => DateTimeOffset.TryParse(Trim(text.Substring(TimeBefore.Length)), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) ? end : (DateTimeOffset?)null)
        .Append(macaroon.FindExpiry())
        .Min();

    // Go writes up to nine digits of a second; .NET reads seven.
    private static string Trim(string text)
    {
        var dot = text.IndexOf('.');
        var end = dot < 0 ? -1 : text.IndexOfAny(['Z', '+', '-'], dot);
        return end - dot > 8 ? text.Substring(0, dot + 8) + text.Substring(end) : text;
    }

    private void Add(ExpiringKind kind, string name, DateTimeOffset end) =>
        items.Add(new ExpiringItem(kind, name, end.ToUnixTimeMilliseconds()) { SecondsLeft = (end - now).TotalSeconds });
}
