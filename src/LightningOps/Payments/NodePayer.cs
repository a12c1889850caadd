using System;
using System.Globalization;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.L402.Bolt11;

namespace LightningOps.Payments;

/// <summary>
/// A wallet that is a node. The node's record of a payment, found by payment hash, decides its outcome. A sent
/// payment that the node does not know is not a failure until the invoice has expired
/// (docs/reference/l402.md#payers).
/// </summary>
internal abstract class NodePayer : IInvoicePayer, ICheckedPayer
{
    /// <summary>Time limit of calls that pay nothing.</summary>
    protected static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(10);

    // Margin for the clock of the node.
    private static readonly TimeSpan ClockMargin = TimeSpan.FromSeconds(5);

    private readonly TimeProvider time;
    private NodeIdentity? node;

    /// <param name="time">Clock of expiries.</param>
    protected NodePayer(TimeProvider time) => this.time = time;

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>The node's network; null until it is known.</summary>
    public Bolt11Network? Network => Volatile.Read(ref node)?.Network;

    /// <inheritdoc/>
    public bool RequiresBolt11 => true;

    /// <inheritdoc/>
    public bool CanLookUp => true;

    /// <summary>Name of the program, for people.</summary>
    protected abstract string Program { get; }

    /// <summary>Scheme, host and port of the node.</summary>
    protected abstract string NodeAddress { get; }

    /// <inheritdoc/>
    public abstract Msats FeeLimitFor(Msats amount, Msats left);

    /// <inheritdoc/>
    public async Task<PaymentResult> PayAsync(InvoicePayment payment, CancellationToken cancellationToken)
    {
        if (PaymentChecks.Refusal(payment) is { } refusal)
        {
            return refusal;
        }

        if (!Bolt11Invoice.TryParse(payment.Invoice, out var invoice, out var error))
        {
            return PaymentResult.Failed(error.Code, error.Reason);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var asked = await AskNodeAsync(cancellationToken).ConfigureAwait(false);
        if ((asked.Refusal ?? FindChange(payment, asked)) is { } closed)
        {
            return PaymentResult.Failed(closed.Code, closed.Reason + "; nothing was sent");
        }

        if (asked.Network is { } network && network != invoice.Network)
        {
            return PaymentResult.Failed("wrong_network", "the invoice is of " + invoice.Network + ", the node of " + network);
        }

        return await SendAsync(payment, invoice, cancellationToken).ConfigureAwait(false) with { Node = asked.Identity };
    }

    /// <inheritdoc/>
    public async Task<PaymentResult> GetPaymentAsync(InvoicePayment payment, CancellationToken cancellationToken)
    {
        if (!Bolt11Invoice.TryParse(payment.Invoice, out var invoice, out var error))
        {
            return PaymentChecks.UnreadableInvoice(payment, error);
        }

        var asked = await AskNodeAsync(cancellationToken).ConfigureAwait(false);
        if ((asked.Refusal ?? FindChange(payment, asked)) is { } refusal)
        {
            return PaymentResult.Pending(refusal.Code, refusal.Reason);
        }

        var found = await FindAsync(payment, invoice, cancellationToken).ConfigureAwait(false);
        var end = invoice.ExpiresAt < DateTimeOffset.MaxValue - ClockMargin ? invoice.ExpiresAt + ClockMargin : invoice.ExpiresAt;
        var result = found.Result is { } known && !found.IsEarlier(payment) ? IsStillTried(found) ? StillTried(known) : known
            : found.Refusal is { } unknown ? PaymentResult.Pending(unknown.Code, unknown.Reason)
            : payment.WasSeen ? PaymentResult.Pending("payment_forgotten", Program + " no longer knows the payment: it was deleted there, or another node answers")
            : payment.StartedAt is not null && time.GetUtcNow() < end
                ? PaymentResult.Pending("payment_not_registered", string.Format(CultureInfo.InvariantCulture, "{0} does not know the payment, which may still reach it; this answer is final from {1:yyyy-MM-ddTHH:mm:ssZ} on, when the invoice has expired", Program, end.UtcDateTime))
            : PaymentResult.Failed("payment_not_found", Program + " has not started a payment of this invoice") with { PaymentId = found.Result?.PaymentId };
        return result with { Node = asked.Identity };
    }

    /// <inheritdoc/>
    public async Task<PayerReport> CheckAsync(CancellationToken cancellationToken)
    {
        var asked = await AskNodeAsync(cancellationToken).ConfigureAwait(false);
        if (asked.Refusal is { } refusal)
        {
            return new PayerReport { Payer = Name, IsReachable = refusal.IsFromWallet, Code = refusal.Code, Reason = refusal.Reason };
        }

        var report = new PayerReport { Payer = Name, IsReachable = true, Node = asked.Identity, Network = asked.Network, CanReadNode = true };
        try
        {
            return await DescribeAsync(report, cancellationToken).ConfigureAwait(false);
        }
        catch (WalletNoResponseException e)
        {
            return report with { IsReachable = false, Code = e.Code, Reason = Program + " at " + e.Address + " could not be reached" };
        }
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Identity of the node.</summary>
    /// <exception cref="WalletNoResponseException">There was no answer.</exception>
    /// <exception cref="ConfigException">A secret cannot be read.</exception>
    protected abstract Task<NodeIdentity> ReadNodeAsync(CancellationToken cancellationToken);

    /// <summary>Requests the payment.</summary>
    /// <exception cref="WalletNoResponseException">There was no answer.</exception>
    protected abstract Task<NodeAnswer> RequestPaymentAsync(InvoicePayment payment, Bolt11Invoice invoice, CancellationToken cancellationToken);

    /// <summary>The node's record of a payment of the invoice.</summary>
    /// <exception cref="WalletNoResponseException">There was no answer.</exception>
    protected abstract Task<NodeAnswer> ReadPaymentAsync(Bolt11Invoice invoice, CancellationToken cancellationToken);

    /// <summary>Completes a report with the node's information.</summary>
    protected abstract Task<PayerReport> DescribeAsync(PayerReport report, CancellationToken cancellationToken);

    /// <summary>Parses JSON; null if it is not valid.</summary>
    protected static JsonDocument? TryParse(string body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The network of a name.</summary>
    protected static Bolt11Network? FindNetwork(string? name) => name switch
    {
        "bitcoin" or "mainnet" => Bolt11Network.Mainnet,
        "testnet" or "testnet3" or "testnet4" => Bolt11Network.Testnet,
        "signet" => Bolt11Network.Signet,
        "regtest" => Bolt11Network.Regtest,
        _ => null,
    };

    private bool IsStillTried(NodeAnswer found) => found.Result is { State: PaymentState.Failed } && time.GetUtcNow() < found.TriedUntil;

    private PaymentResult StillTried(PaymentResult known) =>
        PaymentResult.InFlight("what " + Program + " has tried so far has failed, and it may still try again") with { PaymentId = known.PaymentId };

    private static NodeRefusal? FindChange(InvoicePayment payment, NodeIdentity asked) =>
        payment.Node is { } begunWith && asked.Identity is { } answering && answering != begunWith
            ? new NodeRefusal("node_changed", "node " + answering + " answers, but only node " + begunWith + ", which started the payment, knows it", IsFromWallet: true)
            : null;

    private async Task<NodeIdentity> AskNodeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await ReadNodeAsync(cancellationToken).ConfigureAwait(false);
            if (answer.Refusal is null)
            {
                Volatile.Write(ref node, answer);
            }

            return answer.Refusal is { } refusal ? answer with { Refusal = refusal with { Reason = WalletErrorText.WithAddress(refusal.Reason, NodeAddress) } } : answer;
        }
        catch (WalletNoResponseException e)
        {
            return NodeIdentity.Refused(new NodeRefusal(e.Code, Program + " at " + e.Address + " could not be reached", IsFromWallet: false));
        }
        catch (ConfigException e)
        {
            return NodeIdentity.Refused(new NodeRefusal("config_error", e.Message, IsFromWallet: false));
        }
    }

    private async Task<PaymentResult> SendAsync(InvoicePayment payment, Bolt11Invoice invoice, CancellationToken cancellationToken)
    {
        NodeAnswer sent;
        try
        {
            sent = await RequestPaymentAsync(payment, invoice, cancellationToken).ConfigureAwait(false);
        }
        catch (WalletNoResponseException e)
        {
            return e.ToResult();
        }
        catch (ConfigException e)
        {
            return PaymentChecks.Misconfigured(e);
        }

        if (sent.Result is { State: PaymentState.Paid } paid)
        {
            return paid;
        }

        // It may refuse because the payment was made or is under way, so its own record decides.
        var found = await FindAsync(payment, invoice, cancellationToken).ConfigureAwait(false);
        if (found.Result is { } known && !found.IsEarlier(payment))
        {
            // Its own refusal ends the call; without one it may still be trying.
            return known.State == PaymentState.Failed && sent.Refusal is { IsFromWallet: true } named ? PaymentResult.Failed(named.Code, named.Reason) with { PaymentId = known.PaymentId }
                : IsStillTried(found) ? StillTried(known)
                : known;
        }

        if (sent.Refusal is { IsFromWallet: true } refusal && (found.Refusal is null || (refusal.IsBeforeCall && found.Refusal.IsBeforeCall)))
        {
            var asked = await AskNodeAsync(cancellationToken).ConfigureAwait(false);
            if (refusal.IsBeforeCall || (asked.Refusal is null && FindChange(payment, asked) is null))
            {
                return PaymentResult.Failed(refusal.Code, refusal.Reason);
            }
        }

        return PaymentResult.Pending(sent.Refusal?.Code ?? "invalid_answer", sent.Refusal?.Reason ?? Program + " does not know the payment yet");
    }

    private async Task<NodeAnswer> FindAsync(InvoicePayment payment, Bolt11Invoice invoice, CancellationToken cancellationToken)
    {
        NodeAnswer found;
        try
        {
            found = await ReadPaymentAsync(invoice, cancellationToken).ConfigureAwait(false);
        }
        catch (WalletNoResponseException e)
        {
            return NodeAnswer.Refused(e.Code, Program + " at " + e.Address + " does not report the state of the payment");
        }
        catch (ConfigException e)
        {
            return NodeAnswer.Refused("config_error", e.Message);
        }

        if (found.Result is { State: PaymentState.Pending, IsSeen: true } && payment.WhenSeen is { } whenSeen)
        {
            await whenSeen().ConfigureAwait(false);
        }

        return found;
    }
}

/// <summary>Identity of a node, or why it is not known.</summary>
/// <param name="Identity">Its public key in hexadecimal digits.</param>
/// <param name="Network">Its network.</param>
/// <param name="Refusal">Why it is not known.</param>
internal sealed record NodeIdentity(string? Identity, Bolt11Network? Network, NodeRefusal? Refusal = null)
{
    public static NodeIdentity Refused(NodeRefusal refusal) => new(null, null, refusal);
}

/// <summary>Why a node did not carry out a request.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Reason">For people, without a secret.</param>
/// <param name="IsFromWallet">Whether it has the form of the wallet's own refusals, unlike a proxy's.</param>
/// <param name="IsBeforeCall">Whether the request was rejected before the wallet did anything, because its secret is not accepted.</param>
internal sealed record NodeRefusal(string Code, string Reason, bool IsFromWallet, bool IsBeforeCall = false);

/// <summary>A node's answer about a payment: a result, a refusal, or neither if it has no record of it.</summary>
/// <param name="Result">The state of the payment.</param>
/// <param name="Refusal">Why it is not known.</param>
/// <param name="TriedUntil">Until when the node itself may retry a payment whose attempts have failed; null if a failure is final.</param>
internal sealed record NodeAnswer(PaymentResult? Result, NodeRefusal? Refusal, DateTimeOffset? TriedUntil = null)
{
    /// <summary>There is no record.</summary>
    public static NodeAnswer Absent { get; } = new(null, null);

    /// <summary>An answer that is not the wallet's refusal.</summary>
    public static NodeAnswer Refused(string code, string reason) => new(null, new NodeRefusal(code, reason, IsFromWallet: false));

    /// <summary>Whether it is a failure from before the payment was sent.</summary>
    public bool IsEarlier(InvoicePayment payment) => Result is { State: PaymentState.Failed, PaymentId: { } id } && id == payment.EarlierPaymentId;
}
