using System;
using System.Collections.Generic;
using System.Data.Common;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer.Spending;
using LightningOps.L402;
using LightningOps.Leases;
using LightningOps.Payments;
using LightningOps.Storage;

namespace LightningOps.Buyer.Credentials;

/// <summary>
/// Purchases and their credentials for several processes in a SQLite file, or for several machines in a team's store.
/// They survive a killed process. Invoices, tokens and preimages are stored encrypted.
/// </summary>
/// <remarks>
/// Every method also throws <see cref="StoreException"/> when the file or the database cannot be used, <see cref="StoreVersionException"/>
/// when a newer module wrote it, and <see cref="CredentialKeyException"/> when its key is lost or wrong.
/// </remarks>
public sealed class CredentialStore : IDisposable
{
    private static readonly PurchaseState[] UnfinishedStates = { PurchaseState.Paying, PurchaseState.Pending, PurchaseState.Unproven };

    private readonly ICredentialDatabase store;
    private readonly PurchaseTable purchases;
    private readonly StoreKey key;
    private readonly TimeProvider time;
    private readonly Uuid7 ids;

    /// <summary>Prepares the store. Its file is opened or created at first use.</summary>
    /// <param name="options">The file and how it is opened.</param>
    public CredentialStore(CredentialStoreOptions options)
        : this(new CredentialFile(options), options.Path == StoreFileConnection.InMemory ? new MemoryKey() : new KeyFile(Path.GetFullPath(options.Path) + ".key"), options.IsAlive, options.Time, options.Random)
    {
    }

    /// <summary>Prepares the store of a team; the database is connected to at first use.</summary>
    /// <param name="options">The store and its key.</param>
    /// <exception cref="ConfigException">The address cannot be used.</exception>
    public CredentialStore(TeamCredentialOptions options)
        : this(new PostgresCredentials(options), new TeamKey(options.Key, options.KeyName), options.IsAlive, options.Database.Time, options.Database.Random)
    {
    }

    private CredentialStore(ICredentialDatabase store, ICredentialKey key, Func<int, bool> isAlive, TimeProvider time, RandomNumberGenerator random)
    {
        this.store = store;
        this.time = time;
        this.key = new StoreKey(store, key);
        ids = new Uuid7(time, random);
        purchases = new PurchaseTable(isAlive);
    }

    /// <summary>Which process is buying for a host and scope.</summary>
    internal ILeaseStore Leases => store.Leases;

    /// <summary>A store in memory, for trials.</summary>
    /// <param name="time">Clock of all recorded times.</param>
    public static CredentialStore InMemory(TimeProvider time) => new(new CredentialStoreOptions { Path = StoreFileConnection.InMemory, Time = time });

    /// <summary>The store of an existing file, or an empty store without a file; read only.</summary>
    /// <param name="options">The file.</param>
    public static CredentialStore Existing(CredentialStoreOptions options) =>
        IsMissing(options.Path) ? InMemory(options.Time) : new CredentialStore(options);

    // What is there and cannot be opened, or cannot be looked at, is a failure and never an empty store.
    private static bool IsMissing(string path)
    {
        try
        {
            _ = File.GetAttributes(path);
            return false;
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Purchases, the newest first, without their secrets.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    public async Task<IReadOnlyList<Purchase>> ListAsync(PurchaseQuery query, CancellationToken cancellationToken) =>
        await store.ReadAsync(connection => purchases.List(connection, query), cancellationToken).ConfigureAwait(false);

    /// <summary>Like <see cref="ListAsync" />, with details of the tokens if the key of the store is available.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    public async Task<IReadOnlyList<Purchase>> DescribeAsync(PurchaseQuery query, CancellationToken cancellationToken)
    {
        var listed = await ListAsync(query, cancellationToken).ConfigureAwait(false);
        if (listed.Count == 0)
        {
            return listed;
        }

        try
        {
            var box = await key.OpenAsync(cancellationToken).ConfigureAwait(false);
            return await store.ReadAsync(connection => purchases.List(connection, query, box).ConvertAll(purchase => purchase.Describe()), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is CredentialKeyException or InvalidDataException)
        {
            // Purchases and their costs are readable without the key.
            return listed;
        }
    }

    /// <summary>What was spent in the last hour and day.</summary>
    /// <param name="limits">The limits to report.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    public Task<SpendingReport> ReportSpendingAsync(SpendLimits limits, CancellationToken cancellationToken) =>
        store.ReadAsync(
            connection =>
            {
                var totals = purchases.Totals(connection, NowMs(), isSimulated: false);
                var simulated = purchases.Totals(connection, NowMs(), isSimulated: true);
                var fees = purchases.Fees(connection, NowMs());
                return new SpendingReport
                {
                    HourMsats = totals.Hour,
                    HourFeeMsats = fees.Hour,
                    DayMsats = totals.Day,
                    DayFeeMsats = fees.Day,
                    HourlyBudget = limits.HourlyBudget,
                    DailyBudget = limits.DailyBudget,
                    MaxSpend = limits.MaxSpend,
                    SimulatedHourMsats = simulated.Hour,
                    SimulatedDayMsats = simulated.Day,
                    Hosts = purchases.ByHost(connection, NowMs()),
                    Unfinished = purchases.CountUnfinished(connection),
                };
            },
            cancellationToken);

    /// <summary>Like the method with four parameters, for a purchase that can no longer settle.</summary>
    public Task<bool> RemoveAsync(string purchaseId, bool force, CancellationToken cancellationToken) => RemoveAsync(purchaseId, force, allowSecondPayment: false, cancellationToken);

    /// <summary>
    /// Removes a purchase and its secret. Its cost still counts, and its invoice is not paid again.
    /// </summary>
    /// <param name="purchaseId">The purchase.</param>
    /// <param name="force">Also remove a purchase with an unknown outcome, which may discard a paid credential.</param>
    /// <param name="allowSecondPayment">Also when the wallet last reported the payment in flight; it can still settle.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <returns>False when the purchase does not exist, it is not finished and <paramref name="force"/> is not set,
    /// or it was last seen in flight and <paramref name="allowSecondPayment"/> is not set.</returns>
    public Task<bool> RemoveAsync(string purchaseId, bool force, bool allowSecondPayment, CancellationToken cancellationToken) =>
        WriteAsync(
            connection =>
            {
                var purchase = purchases.Find(connection, purchaseId, null);
                if (purchase is null || (purchase.IsUnfinished && (!force || (purchase.WasSeen && !allowSecondPayment))))
                {
                    return false;
                }

                purchases.Remove(connection, purchaseId, NowMs());
                return true;
            },
            cancellationToken);

    /// <summary>The preimage of a purchase, for a refund claim: a secret.</summary>
    /// <param name="purchaseId">The purchase.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <returns>Null when there is none.</returns>
    public async Task<Preimage?> FindProofAsync(string purchaseId, CancellationToken cancellationToken)
    {
        var box = await key.OpenAsync(cancellationToken).ConfigureAwait(false);
        var purchase = await store.ReadAsync(connection => purchases.Find(connection, purchaseId, box), cancellationToken).ConfigureAwait(false);
        return purchase?.Secret?.Preimage is { } digits ? Preimage.Parse(digits) : null;
    }

    /// <summary>Closes the file or the connections.</summary>
    public void Dispose() => store.Dispose();

    /// <summary>A number that is another once anybody has written to the store.</summary>
    internal ValueTask<long> RevisionAsync(CancellationToken cancellationToken) => store.ReadRevisionAsync(cancellationToken);

    /// <summary>The record of a host and scope.</summary>
    internal async Task<CredentialRecord> ReadAsync(CredentialScope scope, CancellationToken cancellationToken)
    {
        var box = await key.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await store.ReadAsync(
            connection => new CredentialRecord(purchases.FindCredential(connection, scope, box) ?? purchases.FindOpened(connection, scope, box), purchases.FindUnfinished(connection, scope, box)),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Amounts spent in the periods for which these limits have a budget, by wallets that move money or by the others.</summary>
    internal async ValueTask<SpendingTotals> ReadTotalsAsync(SpendLimits limits, bool isSimulated, CancellationToken cancellationToken) =>
        limits.HourlyBudget is null && limits.DailyBudget is null ? new SpendingTotals(0, 0)
        : await store.ReadAsync(connection => purchases.Totals(connection, limits, NowMs(), isSimulated), cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Records a purchase before it is paid and counts it as spent. No other process can do so between the checks and
    /// the record.
    /// </summary>
    /// <param name="draft">The purchase.</param>
    /// <param name="limits">The budgets.</param>
    /// <param name="exceptPurchaseId">The credential to replace; any other credential of that scope prevents the purchase.</param>
    /// <param name="servesToo">Whether a credential of another path of the service is acceptable; null if none is.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    internal async Task<Reservation> ReserveAsync(PurchaseDraft draft, SpendLimits limits, string? exceptPurchaseId, Func<Purchase, bool>? servesToo, CancellationToken cancellationToken)
    {
        var box = await key.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await WriteAsync(
            connection =>
            {
                key.Require(connection, box);
                var same = purchases.FindByPaymentKey(connection, draft.PaymentKey);
                var standing = purchases.FindUnfinished(connection, draft.For, null)
                    ?? (same is { State: not PurchaseState.Failed } ? same : null)
                    ?? (purchases.FindCredential(connection, draft.For, null) is { State: PurchaseState.Paid } credential && credential.PurchaseId != exceptPurchaseId ? credential : null);
                if (standing is not null)
                {
                    return new Reservation(null, standing);
                }

                if (servesToo is not null && draft.Service is { } service
                    && (purchases.FindUnfinishedOfService(connection, draft.For.Host, service, box)
                        ?? (purchases.FindOfService(connection, draft.For.Host, service, box) is { } other && servesToo(other) ? other : null)) is { } held)
                {
                    return new Reservation(null, null) { HeldOfService = held };
                }

                if (SpendBudget.Check(limits, purchases.Totals(connection, limits, NowMs(), SimulatedPayers.Contains(draft.Payer)), draft.Cost) is { } denial)
                {
                    return new Reservation(null, null, denial);
                }

                // A restarted purchase keeps its id, so a late settlement of the first try settles this one.
                var id = same?.PurchaseId ?? "pur_" + ids.Next();
                purchases.Begin(connection, id, draft, box.Seal(draft.Secret.ToJson(), id), NowMs());
                return new Reservation(purchases.Find(connection, id, box));
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records, before a purchase is sent to the wallet, that it is sent and to which node.</summary>
    /// <returns>Whether it may be sent, and whether it is this wallet's first purchase with an unknown node.</returns>
    internal Task<(bool MaySend, bool IsFirstHidden)> SendAsync(Purchase purchase, string? node, string? earlierPaymentId, CancellationToken cancellationToken) =>
        WriteAsync(
            connection =>
            {
                var isFirstHidden = node is null && !purchases.HasHiddenNode(connection, purchase.Payer);
                return (purchases.Send(connection, purchase, node, earlierPaymentId, NowMs()), isFirstHidden);
            },
            cancellationToken);

    /// <summary>Records that the wallet has the payment.</summary>
    internal Task SeeAsync(Purchase purchase, CancellationToken cancellationToken) =>
        WriteAsync(
            connection =>
            {
                purchases.See(connection, purchase.PurchaseId);
                return true;
            },
            cancellationToken);

    /// <summary>The last purchase of a service that produced a credential; null when there is none.</summary>
    internal async Task<Purchase?> FindLastOfServiceAsync(string host, string service, CancellationToken cancellationToken)
    {
        var box = await key.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await store.ReadAsync(connection => purchases.FindLastOfService(connection, host, service, box), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The newest accepted credential of a service at a host; null when there is none.</summary>
    internal async Task<Purchase?> FindOfServiceAsync(string host, string service, CancellationToken cancellationToken)
    {
        var box = await key.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await store.ReadAsync(connection => purchases.FindOfService(connection, host, service, box), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An unfinished purchase of a service at a host, for any path; null when there is none.</summary>
    internal async Task<Purchase?> FindUnfinishedOfServiceAsync(string host, string service, CancellationToken cancellationToken)
    {
        var box = await key.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await store.ReadAsync(connection => purchases.FindUnfinishedOfService(connection, host, service, box), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records that a credential has opened another path than the one it was bought for.</summary>
    internal Task OpenPathAsync(CredentialScope scope, Purchase purchase) =>
        WriteAsync(
            connection =>
            {
                purchases.Open(connection, scope, purchase.PurchaseId);
                return true;
            },
            CancellationToken.None);

    /// <summary>Stores the result of a payment. It becomes the credential of its host and scope.</summary>
    internal async Task<Purchase> SettleAsync(Purchase purchase, PaymentResult payment, CancellationToken cancellationToken)
    {
        var box = await key.OpenAsync(cancellationToken).ConfigureAwait(false);
        var secret = purchase.Secret! with { Preimage = payment.Preimage!.Reveal() };
        var paid = purchase with
        {
            Spent = GetCost(purchase, payment),
            Fee = payment.Fee,
            PaymentId = payment.PaymentId,
            ProofReference = payment.Preimage.ProofReference,
        };
        return await WriteAsync(
            connection =>
            {
                purchases.Settle(connection, paid, box.Seal(secret.ToJson(), purchase.PurchaseId), NowMs());
                return purchases.Find(connection, purchase.PurchaseId, box)!;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records that the outcome of a purchase is unknown or not proven, or that it certainly failed.</summary>
    internal Task EndAsync(Purchase purchase, PurchaseState state, string? code, CancellationToken cancellationToken) =>
        MoveAsync(purchase, UnfinishedStates, state, code, cancellationToken);

    /// <summary>Records how the server answered a credential.</summary>
    /// <param name="purchase">The credential.</param>
    /// <param name="state">Paid, Rejected or Invalid.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <param name="code">One of <see cref="CredentialCodes"/>, or null.</param>
    internal Task SetStateAsync(Purchase purchase, PurchaseState state, CancellationToken cancellationToken, string? code = null) =>
        MoveAsync(purchase, new[] { PurchaseState.Paid, PurchaseState.Rejected }, state, code, cancellationToken);

    /// <summary>
    /// Claims a single-use credential before it is sent; false when another request has claimed it and is still
    /// waiting for its answer.
    /// </summary>
    internal Task<bool> ClaimAsync(Purchase purchase, CancellationToken cancellationToken) =>
        purchase.IsInProgress ? Task.FromResult(false) : WriteAsync(connection => purchases.Claim(connection, purchase, NowMs()), cancellationToken);

    /// <summary>Records the outcome of the single use of a credential.</summary>
    /// <param name="purchase">The credential.</param>
    /// <param name="state">Invalid once it is used; Rejected if it was not used or gave no result.</param>
    /// <param name="code">One of <see cref="SingleUseCodes"/>.</param>
    internal Task EndUseAsync(Purchase purchase, PurchaseState state, string code) =>
        MoveAsync(purchase, new[] { PurchaseState.Paid, PurchaseState.Rejected }, state, code, CancellationToken.None);

    /// <summary>Records that the answer to a used single-use credential did not arrive.</summary>
    internal Task LoseUseAsync(Purchase purchase) =>
        MoveAsync(purchase, new[] { PurchaseState.Paid, PurchaseState.Rejected, PurchaseState.Invalid }, PurchaseState.Rejected, SingleUseCodes.NotDelivered, CancellationToken.None);

    /// <summary>Records that a lost credential was replaced by a purchase. It stays a loss and is not sent again; its proof is kept.</summary>
    internal Task ReplaceLostAsync(Purchase purchase) => WriteAsync(connection => purchases.ReplaceLost(connection, purchase.PurchaseId, NowMs()), CancellationToken.None);

    /// <summary>The amount reported by the wallet without fees, but at least the amount of the invoice; unreported, the maximum.</summary>
    internal static Msats GetAmount(Purchase purchase, PaymentResult payment) =>
        new(Math.Max(payment.Amount?.Value ?? purchase.MaxAmount.Value, purchase.Quoted ?? 0));

    /// <summary>The cost reported by the wallet, but at least the amount of the invoice. Unreported costs count at their maximum.</summary>
    private static Msats GetCost(Purchase purchase, PaymentResult payment) =>
        new PurchaseCost(GetAmount(purchase, payment).Value, Math.Max(0, payment.Fee?.Value ?? purchase.FeeLimit)).Total;

    private Task MoveAsync(Purchase purchase, PurchaseState[] from, PurchaseState to, string? code, CancellationToken cancellationToken) =>
        WriteAsync(connection => purchases.Move(connection, purchase.PurchaseId, from, to, code, NowMs()), cancellationToken);

    private Task<T> WriteAsync<T>(Func<DbConnection, T> work, CancellationToken cancellationToken) => store.WriteAsync(work, cancellationToken);

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>Storage of bought credentials.</summary>
public sealed record CredentialStoreOptions
{
    /// <summary>The SQLite file; created with its folders, readable by this user only. Its key is beside it, with <c>.key</c> appended to its name.</summary>
    public required string Path { get; init; }

    /// <summary>Clock of all recorded times.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Random source of purchase ids.</summary>
    public RandomNumberGenerator Random { get; init; } = RandomNumberGenerator.Create();

    /// <summary>Maximum wait for another writer.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether records are flushed to the disk before anything is paid.</summary>
    internal bool IsDurable { get; init; } = true;

    /// <summary>Maximum delay until writes of other processes are seen while a credential is in memory.</summary>
    internal TimeSpan LookEvery { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Whether a process of this machine is still running.</summary>
    internal Func<int, bool> IsAlive { get; init; } = ProcessIdentity.IsAlive;
}
