using System.Threading;
using System.Threading.Tasks;
using LightningOps.L402.Bolt11;

namespace LightningOps.Payments;

/// <summary>A wallet's information, obtained without a payment. Unknown values are null.</summary>
public sealed record PayerReport
{
    /// <summary>Kind of wallet.</summary>
    public required string Payer { get; init; }

    /// <summary>Whether it answered as a wallet of its kind; null if it was not called.</summary>
    public bool? IsReachable { get; init; }

    /// <summary>Whether a payment may be tried: it is reachable, and no permission is known to be missing.</summary>
    public bool Ok => IsReachable != false && CanPay != false && CanTrack != false && Code is null;

    /// <summary>Identity of the node.</summary>
    public string? Node { get; init; }

    /// <summary>Network it pays on.</summary>
    public Bolt11Network? Network { get; init; }

    /// <summary>Sendable amount in millisatoshis, before reserves and routing.</summary>
    public decimal? BalanceMsats { get; init; }

    /// <summary>Whether its credential may pay.</summary>
    public bool? CanPay { get; init; }

    /// <summary>Whether its credential may look up payments.</summary>
    public bool? CanTrack { get; init; }

    /// <summary>Whether its credential may identify the node.</summary>
    public bool? CanReadNode { get; init; }

    /// <summary>The wallet's code of the obstacle.</summary>
    public string? Code { get; init; }

    /// <summary>The obstacle, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>Checks a wallet. Nothing is paid.</summary>
    /// <param name="payer">The wallet.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    public static Task<PayerReport> CreateAsync(IInvoicePayer payer, CancellationToken cancellationToken) => payer is ICheckedPayer wallet
        ? wallet.CheckAsync(cancellationToken)
        : Task.FromResult(new PayerReport { Payer = payer.Name, Network = payer.Network });

    /// <summary>Kind and outcome.</summary>
    public override string ToString() => Payer + (Ok ? " ok" : " " + (Code ?? "not ok"));
}

/// <summary>A wallet that can be checked.</summary>
internal interface ICheckedPayer
{
    /// <summary>Checks the wallet without paying; failures are in the report.</summary>
    Task<PayerReport> CheckAsync(CancellationToken cancellationToken);
}
