using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Runtime.CompilerServices;
using System.Security;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Files;
using LightningOps.L402.Challenges;
using LightningOps.Payments;
using LightningOps.Payments.Simulation;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;
using LightningOps.PowerShell.Progress;
using LightningOps.PowerShell.Session;
using LightningOps.Settings;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Sends a web request and pays for it if required, within a spending limit: one payment per host and scope, even with
/// concurrent requests and crashes. The credential is stored and reused until it is no longer accepted.
/// </summary>
/// <remarks>
/// -WhatIf returns the price as an object and pays nothing. It sends the request once without a credential, so a request that requires
/// no payment has been made. -Confirm shows the price, and the confirmed price is the limit of the payment.
/// </remarks>
/// <example>
/// <code>Invoke-L402WebRequest https://shop.example.com/premium -MaxSpendMsats 100000</code>
/// <para>Buys for at most 100 satoshis with the wallet executor of the environment.</para>
/// </example>
/// <example>
/// <code>Invoke-L402WebRequest https://shop.example.com/video -MaxSpendMsats 500000 -Payer lnd:https://localhost:8080 -LndMacaroonPath ./pay.macaroon -LndCertificatePath ./tls.cert -OutFile ./video.mp4</code>
/// <para>Pays with an LND node and writes the body to a file as it arrives.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "L402WebRequest", SupportsShouldProcess = true)]
[OutputType(typeof(L402WebResponse), typeof(L402PurchasePreview))]
public sealed class InvokeL402WebRequestCommand : L402RequestCmdlet, IWalletParameters
{
    private const long MaxInMemory = 256L * 1024 * 1024;

    // The settings that determine a wallet and its limits.
    private static readonly string[] Read =
    [
        EnvironmentVariables.Postgres,
        EnvironmentVariables.CredentialKey,
        EnvironmentVariables.WalletExecutorBaseUrl,
        EnvironmentVariables.WalletExecutorAuthToken,
        EnvironmentVariables.WalletExecutorTimeoutMs,
        EnvironmentVariables.MaxSpendMsats,
        EnvironmentVariables.HourlyBudgetMsats,
        EnvironmentVariables.DailyBudgetMsats,
    ];

    private BuyerSession? session;
    private SpendLimits? limits;
    private bool hasFile;
    private bool isKept;
    private volatile bool isStopped;
    private CredentialStore? store;
    private IInvoicePayer? payer;
    private L402Client? client;

    /// <summary>Hosts that purchases are allowed from: example.com, example.com:8443, *.example.com; all by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PurchaseHostCompleter))]
    public string[] AllowedHost { get; set; } = [];

    /// <summary>Hosts that no request is sent to, written like -AllowedHost.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PurchaseHostCompleter))]
    public string[] BlockedHost { get; set; } = [];

    /// <summary>Scope of the credential at the host; the path by default. Requests with the same scope share one credential.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PurchaseScopeCompleter))]
    public string? Scope { get; set; }

    /// <summary>Maximum age of a credential, as a positive time span or in seconds; unlimited by default.</summary>
    [Parameter]
    [SecondsTransformation]
    public TimeSpan CacheTtl { get; set; }

    /// <summary>Buy a new credential even if there is one.</summary>
    [Parameter]
    public SwitchParameter ForceRefresh { get; set; }

    /// <summary>
    /// Buy again if a credential is rejected before it expires, or if the service rejects the credential it sold last.
    /// Without it such a call fails and reports the loss.
    /// </summary>
    [Parameter]
    public SwitchParameter AllowRebuy { get; set; }

    /// <summary>Allow paying an invoice without an amount where the challenge states none either, which may then cost up to the limit.</summary>
    [Parameter]
    public SwitchParameter AllowAmountless { get; set; }

    /// <summary>Format of the Authorization header: token:preimage, which Aperture accepts, or parameters.</summary>
    [Parameter]
    public L402AuthorizationFormat AuthorizationFormat { get; set; }

    /// <summary>File for the body of one request, written atomically. Only a successful answer (2xx) is written; the body of an error is Content.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Maximum size of -OutFile in bytes. By default 1 GiB of the volume stays free, or a tenth of a smaller one.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long MaxOutFileBytes { get; set; } = long.MaxValue;

    /// <summary>
    /// Continue a body that broke off: what has arrived is kept beside -OutFile (.part), and the rest is asked for with Range
    /// and If-Range. If the server has another version, or sends the whole body, it is begun anew. Not used with a
    /// credential that is good for one request.
    /// </summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>
    /// Wallet that pays: executor, executor:https://host, lnd:https://host:port, cln:https://host:port,
    /// phoenixd:http://127.0.0.1:9740, simulated or mock. Defaults to the
    /// wallet executor of the environment, then the wallet of the loopback gateway in this session. Without a wallet,
    /// only stored credentials are used.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(PayerCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Payer { get; set; }

    /// <summary>
    /// LND macaroon with permission to pay, in hex. It needs SendPaymentV2 and TrackPaymentV2, and GetInfo to identify
    /// the node and its network.
    /// </summary>
    [Parameter]
    public SecureString? LndMacaroon { get; set; }

    /// <summary>File of an LND macaroon with permission to pay: binary, or text in hex or base64.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LndMacaroonPath { get; set; }

    /// <summary>A rune of a Core Lightning node that permits getinfo, pay and listpays, or the password of phoenixd.</summary>
    [Parameter]
    public SecureString? WalletSecret { get; set; }

    /// <summary>File of the rune, or of the password of phoenixd: one line of text, or phoenix.conf itself.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WalletSecretPath { get; set; }

    /// <summary>File with one or more certificates to accept from a node (tls.cert of LND); defaults to the trust store of the system.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LndCertificatePath { get; set; }

    /// <summary>SHA-256 fingerprint of the certificate to accept from a node, in hex with or without colons.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LndCertificateFingerprint { get; set; }

    /// <summary>
    /// Maximum routing fee for an LND or Core Lightning node, in millisatoshis, within the rest of -MaxSpendMsats after the
    /// amount; defaults to the limit of the node. A wallet executor and phoenixd accept no limit, so this value is counted
    /// as the routing fee (by default 0, and 0.4 % and 4 satoshis for phoenixd).
    /// </summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long FeeLimitMsats { get; set; }

    /// <summary>Time limit in seconds for payment attempts by a node; 60 by default, and at most -TimeoutSec. A payment that is still in flight can settle later.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int PaymentTimeoutSec { get; set; } = 60;

    /// <summary>Time in seconds to wait for a payment with an unknown outcome; 0 by default. It is part of -TimeoutSec if that is specified.</summary>
    [Parameter]
    [ValidateRange(0, 86400)]
    public int PendingWaitSec { get; set; }

    /// <summary>Request id for the wallet and the store; generated by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RequestId { get; set; }

    /// <summary>File of bought credentials. Defaults to OA_LIGHTNING_OPS_CREDENTIAL_STORE, then a file in the data folder of the user.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CredentialStorePath { get; set; }

    /// <inheritdoc/>
    protected override Task BeginProcessingAsync(CancellationToken cancellationToken)
    {
        if (Resume && OutFile is null)
        {
            throw new ConfigException(nameof(Resume), "needs the file that is continued", "Specify -OutFile, or omit -Resume.");
        }

        var environment = CurrentContext.Environment();
        var wallet = Wallet(environment);
        var team = CredentialStorePath is null ? CredentialStores.FindTeam(environment) : null;
        var path = team is null ? CredentialStores.Resolve(CredentialStorePath is null ? null : ResolveFile(CredentialStorePath), environment) : null;
        if (path is not null)
        {
            WarnOfExposure(CredentialStores.GetKeyFile(path));
        }

        WarnOfPassfile(team?.Database.Connection);

        limits = SpendLimits.From(environment);
        isKept = !IsWhatIf && environment.Find(EnvironmentVariables.ObservabilityPath) is null;
        var key = isKept ? GetKey(path, wallet, environment) : string.Empty;
        if (!isKept || CurrentContext.Buyers.Take(key) is not { } found)
        {
            found = BuyerSession.Open(
                key,
                path,
                team is null ? CredentialStores.OpenAt(path!, IsWhatIf) : new CredentialStore(team),
                wallet?.Open(),
                WithCertificates(wallet?.Options ?? new L402ClientOptions { Limits = limits }) with
                {
                    AnswerTimeout = TimeSpan.FromSeconds(TimeoutSec),
                    CallTimeout = TimeSpan.FromSeconds(TimeoutSec + (IsBound(nameof(TimeoutSec)) ? 0 : PendingWaitSec)),
                    PendingWait = TimeSpan.FromSeconds(PendingWaitSec),
                    Observability = isKept ? null : Observability,
                });
        }

        session = found;
        session.ReportTo(new StepReporter(WriteVerbose, WriteWarning));
        client = session.Client;
        store = session.Store;
        payer = session.Payer;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        if (OutFile is not null && !IsWhatIf)
        {
            if (Uri.Length > 1 || hasFile)
            {
                throw new ConfigException(nameof(OutFile), "can hold the body of only one request, but there are several; nothing was paid for " + (hasFile ? "this one" : "them"), "Send one request for each file.");
            }

            hasFile = true;
        }

        foreach (var uri in Uri)
        {
            await ForInputAsync(uri, () => BuyAsync(Request(uri, limits!), cancellationToken)).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && session is { } used)
        {
            session = null;
            if (isKept && !isStopped)
            {
                CurrentContext.Buyers.Return(used);
            }
            else
            {
                used.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private protected override bool StartsOnPipelineThread => true;

    /// <inheritdoc/>
    protected override void ReportStopping() => isStopped = true;

    /// <summary>All values that store, wallet and connections are made from, with the times of the files read for them.</summary>
    private string GetKey(string? storePath, WalletSettings? wallet, OperatorEnvironment environment)
    {
        var parts = new List<string?>
        {
            storePath,
            wallet?.Reference.ToString(),
            wallet?.Reference.Kind == PayerKind.Simulated ? RuntimeHelpers.GetHashCode(wallet.Payer.Simulated!).ToString(CultureInfo.InvariantCulture) : null,
            wallet?.Payer.Macaroon?.Reveal(),
            wallet?.Payer.Secret?.Reveal(),
            GetFileStamp(wallet?.Payer.SecretPath),
            GetFileStamp(wallet?.Payer.MacaroonPath),
            GetFileStamp(wallet?.Payer.CertificatePath),
            wallet?.Payer.CertificateFingerprint,
            wallet?.Payer.FeeLimit?.ToString(),
            GetFileStamp(SellerCertificatePath is null ? null : ResolveFile(SellerCertificatePath)),
            SellerCertificateFingerprint,
            TimeoutSec.ToString(CultureInfo.InvariantCulture),
            IsBound(nameof(TimeoutSec)).ToString(),
            PendingWaitSec.ToString(CultureInfo.InvariantCulture),
            PaymentTimeoutSec.ToString(CultureInfo.InvariantCulture),
        };
        parts.AddRange(Read.Select(environment.Find));
        return string.Join("\n", parts);
    }

    private static string? GetFileStamp(string? path) =>
        path is null ? null : path + " " + File.GetLastWriteTimeUtc(path).Ticks.ToString(CultureInfo.InvariantCulture);

    private async Task BuyAsync(L402Request request, CancellationToken cancellationToken)
    {
        if (IsWhatIf || ConfirmThreshold is ConfirmImpact.Low or ConfirmImpact.Medium)
        {
            var quote = await client!.QuoteAsync(request, cancellationToken).ConfigureAwait(false);
            if (!ShouldProcessAs(Describe(request, quote), "Pay for a request"))
            {
                if (IsWhatIf)
                {
                    WriteObject(L402PurchasePreview.Create(request, quote, payer?.Name, await store!.ReportSpendingAsync(SpendLimits.From(CurrentContext.Environment()), cancellationToken).ConfigureAwait(false)));
                }

                return;
            }

            // The confirmed price is the maximum, because the price may have changed.
            request = quote.Amount is { } agreed ? request with { MaxPrice = agreed, MaxSpend = agreed.Value + quote.FeeLimit.Value } : request;
        }

        var path = OutFile is null ? null : ResolveFile(OutFile);
        if (path is not null)
        {
            // Checked before money moves, so that the paid content can be stored.
            AtomicFile.CheckWritable(path);
            if (MaxOutFileBytes == long.MaxValue && !ResponseBody.HasRoom(path))
            {
                throw new ConfigException(nameof(OutFile), "is on a volume that has less than 1 GiB and less than a tenth of its space free; nothing was paid", "Free disk space, or set a limit with -MaxOutFileBytes.");
            }
        }

        using var over = IsBound(nameof(TimeoutSec)) ? new CancellationTokenSource(TimeSpan.FromSeconds(TimeoutSec)) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        var partial = Resume && path is not null ? PartialBody.Find(path, request.Uri) : null;
        var response = await client!.SendAsync(partial?.AskForRest(request) ?? request, cancellationToken).ConfigureAwait(false);
        try
        {
            if (partial?.MustBeginAnew(response) == true)
            {
                response.Dispose();
                partial.Remove();
                response = await client.SendAsync(partial.AskForRest(request), cancellationToken).ConfigureAwait(false);
            }

            await WriteAsync(request, response, path, partial, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (over.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new L402TransportException(request.ToString(), "timeout", e, response);
        }
        finally
        {
            response.Dispose();
        }
    }

    private async Task WriteAsync(L402Request request, L402Response response, string? path, PartialBody? partial, CancellationToken cancellationToken)
    {
        if (response.StatusCode is < 200 or >= 300)
        {
            // An error page never replaces a file.
            path = null;
        }

        using var progress = new BodyProgress(WriteProgress, request.ToString(), response.ContentLength is { } announced ? announced + (response.StatusCode == 206 ? partial?.Length ?? 0 : 0) : null);
        if (path is not null)
        {
            var saving = partial is null ? ResponseBody.SaveAsync(response, path, MaxOutFileBytes, progress, cancellationToken) : partial.SaveAsync(response, MaxOutFileBytes, progress, cancellationToken);
            if (await saving.ConfigureAwait(false) is { } length)
            {
                Write(request, response, null, length, path);
            }
            else
            {
                var hasLimit = MaxOutFileBytes != long.MaxValue;
                WriteTooLarge(request, response, (hasLimit ? MaxOutFileBytes.ToString(CultureInfo.InvariantCulture) + " bytes" : "the disk has room for, because 1 GiB or a tenth of it stays free") + "; " + path + " was not changed", hasLimit ? "Allow more with -MaxOutFileBytes" : "Free disk space, or set a limit with -MaxOutFileBytes");
            }
        }
        else if (await ResponseBody.ReadAsync(response, MaxInMemory, progress, cancellationToken).ConfigureAwait(false) is { } body)
        {
            Write(request, response, TextContent.Decode(body, response.Headers), body.LongLength, null);
        }
        else
        {
            WriteTooLarge(request, response, "256 MiB", "Use -OutFile");
        }
    }

    private void WriteTooLarge(L402Request request, L402Response response, string limit, string remedy) => WriteError(ErrorRecords.Create(
        "ContentTooLarge",
        "The body of " + request + " is longer than " + limit + ".",
        ErrorCategory.LimitsExceeded,
        request.Uri,
        remedy + ". " + response.RetryAdvice));

    private void Write(L402Request request, L402Response response, object? content, long length, string? path)
    {
        var result = new L402WebResponse
        {
            Uri = request.Uri.GetLeftPart(UriPartial.Path),
            StatusCode = response.StatusCode,
            Content = content,
            Headers = response.Headers,
            ContentBytes = length,
            OutFile = path,
            AmountMsats = response.Amount?.Value,
            FeeMsats = response.Fee?.Value,
            CacheStatus = response.CacheStatus,
            PaymentId = response.PaymentId,
            ProofReference = response.ProofReference,
            PaymentHash = response.PaymentHash?.Hex,
            PurchaseId = response.PurchaseId,
            Receipt = response.Receipt,
        };
        WriteObject(result);
        if (result.StatusCode == 410)
        {
            WriteError(ErrorRecords.Create(
                "AddressGone",
                request + " was answered with 410: the address is gone for good.",
                ErrorCategory.ConnectionError,
                result,
                "The server says that this address is gone for good, so a retry cannot help. Change the address. " + response.RetryAdvice));
        }
        else if (result.StatusCode is < 200 or >= 300)
        {
            WriteError(ErrorRecords.Create(
                "HttpStatusError",
                request + " was answered with " + result.StatusCode.ToString(CultureInfo.InvariantCulture) + (response.RedirectLocation is { } location ? ", a redirect to " + location : string.Empty) + ".",
                result.StatusCode < 400 ? ErrorCategory.InvalidResult : ErrorCategory.ConnectionError,
                result,
                (result.StatusCode == 304 ? "The server says that the content has not changed. Omit If-None-Match and If-Modified-Since from -Headers to get it. "
                    : response.RedirectLocation is not null ? "Redirects are not followed with a credential. Use the address of the Location header, if you trust it. "
                    : "See the content of the result (the target object of this error). ") + response.RetryAdvice));
        }
    }

    private static string Describe(L402Request request, L402Quote quote) => DescribeRequest(request, quote)
        + (quote.Unfinished is not { } earlier ? string.Empty
            : ". Purchase " + earlier.PurchaseId + " of " + earlier.For + " for at most " + earlier.Reserved.ToString(CultureInfo.InvariantCulture) + " msat is not finished ("
                + earlier.State.ToString().ToLowerInvariant() + ", with " + earlier.Payer + "): the wallet is asked about it first, and nothing is bought while its outcome is not known");

    private static string DescribeRequest(L402Request request, L402Quote quote) =>
        quote.Challenge is null ? new L402NoChallengeException(request.ToString(), quote.StatusCode).Message
        : quote.CacheStatus == L402CacheStatus.Hit ? "Send " + request + " with a credential that is already paid for"
            + (!quote.IsCredentialRefused ? string.Empty
                : ", and that the server refused last time" + (request.AllowRebuy ? "; if it refuses it again, pay " + FormatPrice(quote) + FormatDenial(quote) : string.Empty))
        : "Pay " + FormatPrice(quote) + " for " + request + FormatDenial(quote);

    private static string FormatDenial(L402Quote quote) =>
        quote.Denial is { } denial ? ", which is refused: " + denial.Reason + " (" + denial.Code + ")" : string.Empty;

    private static string FormatPrice(L402Quote quote) =>
        quote.Amount is { } amount
            ? amount.Value.ToString(CultureInfo.InvariantCulture) + " msat (" + (amount.Value / 1000m).ToString("0.###", CultureInfo.InvariantCulture) + " sat)"
                + (quote.FeeLimit > 0 ? " and at most " + quote.FeeLimit + " msat for routing" : string.Empty)
            : "an unspecified amount";

    private L402Request Request(Uri uri, SpendLimits limits)
    {
        var request = CreateRequest(uri, limits);
        return request with
        {
            AllowedHosts = AllowedHost,
            BlockedHosts = BlockedHost,
            Scope = Scope,
            CacheTtl = IsBound(nameof(CacheTtl)) ? CacheTtl : null,
            ForceRefresh = ForceRefresh,
            AllowRebuy = AllowRebuy,
            AllowAmountless = AllowAmountless,
            AuthorizationFormat = AuthorizationFormat,
            RequestId = RequestId ?? request.RequestId,
        };
    }

    private WalletSettings? Wallet(OperatorEnvironment environment) => WalletSettings.Find(Payer, WalletSettings.Read(this, environment, ResolveFile, ResolveSecretFile, TestGateways, Uri) with
    {
        FeeLimit = IsBound(nameof(FeeLimitMsats)) ? new Msats(FeeLimitMsats) : null,
        PaymentTimeout = TimeSpan.FromSeconds(Math.Min(PaymentTimeoutSec, TimeoutSec)),
    });
}
