using System;
using System.Diagnostics;
using System.Threading.Tasks;
using LightningOps.Observability;

namespace LightningOps.Buyer;

/// <summary>Reports purchases: a span, metrics, and a record for a sink.</summary>
internal sealed class PurchaseObserver
{
    private readonly GuardedSink sink;
    private readonly TimeProvider time;
    private readonly bool hasSink;

    public PurchaseObserver(L402ClientOptions options, TimeProvider time)
    {
        this.time = time;
        hasSink = options.Observability is not null;
        sink = new GuardedSink(options.Observability, message => options.Progress?.Report(new L402Step("observability", message)));
    }

    /// <summary>Whether anything is listening.</summary>
    public bool IsEnabled => hasSink || Measurements.CacheHits.Enabled || Telemetry.IsEnabled(Measurements.PurchaseDuration);

    /// <summary>Sends a request and reports the outcome.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cap">Maximum cost.</param>
    /// <param name="send">Sends it.</param>
    public async Task<L402Response> ObserveAsync(L402Request request, Msats? cap, Func<Task<L402Response>> send)
    {
        var started = time.GetTimestamp();
        using var span = Telemetry.Source.StartActivity("lightningops.purchase");
        span?.SetTag("lightningops.request_id", request.RequestId);
        span?.SetTag("server.address", request.Uri.IsAbsoluteUri ? request.Uri.Host : null);
        span?.SetTag("lightningops.cap_msats", cap?.Value);
        try
        {
            var response = await send().ConfigureAwait(false);
            Answered(request, cap, response, started, span);
            return response;
        }
        catch (Exception failure)
        {
            Failed(request, cap, failure, started, span);
            throw;
        }
    }

    /// <summary>Runs a wallet call for one purchase as a span and counts the outcomes.</summary>
    /// <param name="operation">pay or look_up.</param>
    /// <param name="payer">Kind of wallet.</param>
    /// <param name="ask">Calls the wallet.</param>
    public static Task<T> ObserveWalletAsync<T>(string operation, string? payer, Func<Task<T>> ask) =>
        Telemetry.TraceAsync("lightningops.payment." + operation, ActivityKind.Internal, async span =>
        {
            span?.SetTag("lightningops.wallet", payer);
            var outcome = "paid";
            try
            {
                var result = await ask().ConfigureAwait(false);
                outcome = result is null ? "not_paid" : outcome;
                return result;
            }
            catch (Exception failure)
            {
                outcome = GetCode(failure);
                throw;
            }
            finally
            {
                Measurements.Payments.Add(1, new TagList { { "outcome", outcome }, { "operation", operation } });
            }
        });

    private void Answered(L402Request request, Msats? cap, L402Response response, long started, Activity? span)
    {
        var isHit = response.CacheStatus == L402CacheStatus.Hit;
        span?.SetTag("http.response.status_code", response.StatusCode);
        span?.SetTag("lightningops.cache_status", response.CacheStatus.ToString().ToLowerInvariant());
        span?.SetTag("lightningops.paid_msats", response.Amount?.Value);
        if (isHit)
        {
            Measurements.CacheHits.Add(1);
        }

        Measure(started, isHit ? "cache_hit" : response.Amount is not null ? "paid" : response.ProofReference is not null ? "reused" : "free", null);
        sink.Write(CreateRecord(request, cap) with
        {
            QuotedCostMsats = response.Quoted?.Value,
            PaidAmountMsats = response.Amount?.Value ?? 0,
            PaymentProofRef = response.ProofReference,
            CacheHit = isHit,
        });
    }

    private void Failed(L402Request request, Msats? cap, Exception failure, long started, Activity? span)
    {
        var code = GetCode(failure);
        Telemetry.Fail(span, code);
        Measure(started, failure is L402PaymentDeniedException ? "denied" : failure is L402PaymentPendingException ? "pending" : "failed", code);
        var record = CreateRecord(request, cap) with { DenyReason = code, CacheHit = failure is L402PaymentDeniedException ? false : null };
        sink.Write(failure switch
        {
            L402PaymentDeniedException denied => record with
            {
                QuotedCostMsats = denied.QuotedAmount?.Value,
                CapAppliedMsats = denied.MaxSpend?.Value ?? record.CapAppliedMsats,

                // The redirect may be that of a paid request.
                PaidAmountMsats = denied.Code == Spending.DenyReasonCodes.Redirected ? null : 0,
            },
            L402PaymentFailedException => record with { PaidAmountMsats = 0 },
            _ => record,
        });
    }

    private ObservabilityRecord CreateRecord(L402Request request, Msats? cap) =>
        OperationRecords.Purchase(request.RequestId, request.Uri, time.GetUtcNow().ToUnixTimeMilliseconds()) with { CapAppliedMsats = cap?.Value };

    private void Measure(long started, string outcome, string? code)
    {
        var tags = new TagList { { "outcome", outcome } };
        if (code is not null)
        {
            tags.Add("error.type", code);
        }

        Measurements.PurchaseDuration.Record(time.GetElapsedTime(started).TotalSeconds, tags);
    }

    private static string GetCode(Exception failure) => failure switch
    {
        L402PaymentDeniedException denied => denied.Code,
        L402PaymentPendingException pending => pending.Code,
        _ => ErrorCodes.GetCode(failure),
    };
}
