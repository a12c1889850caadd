using System;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Spending;
using LightningOps.PowerShell.CmdletBases;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Gets the price of a request from a server without paying: amount, invoice, expiry, and whether it would be paid. If
/// the answer is not 402, the request has been made, and the error NoChallengeError says what the answer means.
/// </summary>
/// <example>
/// <code>Get-L402Challenge https://shop.example.com/premium -MaxSpendMsats 100000</code>
/// <para>The price, and whether it is within 100 satoshis.</para>
/// </example>
/// <example>
/// <code>Get-L402Challenge http://127.0.0.1:8081/api/weather/premium -HostHeader openagents.com | ConvertFrom-Bolt11</code>
/// <para>The invoice of a gateway reached at another address than it serves.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "L402Challenge")]
[OutputType(typeof(L402ChallengeReport))]
public sealed class GetL402ChallengeCommand : L402RequestCmdlet
{
    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var limits = SpendLimits.From(CurrentContext.Environment());
        using var probe = ChallengeProbe.Create(WithCertificates(new L402ClientOptions { Limits = limits, AnswerTimeout = TimeSpan.FromSeconds(TimeoutSec) }));
        foreach (var uri in Uri)
        {
            await ForInputAsync(uri, async () =>
            {
                var request = CreateRequest(uri, limits);
                if (uri is { IsAbsoluteUri: true, UserInfo.Length: 0 })
                {
                    WriteVerbose("Requesting " + request + " without a credential");
                }

                WriteObject(await probe.AskAsync(request, cancellationToken).ConfigureAwait(false));
            }).ConfigureAwait(false);
        }
    }
}
