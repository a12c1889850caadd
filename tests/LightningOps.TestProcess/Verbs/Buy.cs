using System;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Payments;
using LightningOps.Payments.Lnd;
using LightningOps.Payments.WalletExecutor;
using LightningOps.Settings;

namespace LightningOps.TestProcess.Verbs;

/// <summary>
/// <c>buy url store wallet budget [body]</c>, the wallet an executor's URL or <c>lnd:URL</c>: says "ready", waits for a line, makes the request, and says the status and what
/// was paid, or the tag of the failure and its message. With <c>body</c> it also reads the body, and says "reading" once the first part has arrived.
/// </summary>
internal sealed class Buy : IVerb
{
    public string Name => "buy";

    public int Run(string[] arguments)
    {
        using var store = new CredentialStore(new CredentialStoreOptions { Path = arguments[1] });
        using IInvoicePayer payer = arguments[2].StartsWith("lnd:", StringComparison.Ordinal)
            ? new LndPayer(new LndPayerOptions { BaseUrl = arguments[2].Substring(4), Macaroon = OperatorSecret.From("0201036c6e64"), FeeLimit = new Msats(1000) })
            : new WalletExecutorPayer(new WalletExecutorPayerOptions { BaseUrl = arguments[2] });
        var limits = new SpendLimits { MaxSpend = new Msats(100_000), HourlyBudget = new Msats(long.Parse(arguments[3], System.Globalization.CultureInfo.InvariantCulture)) };
        using var client = new L402Client(new L402ClientOptions { Limits = limits, WalletPlace = payer is LndPayer ? arguments[2] : null }, payer, store);
        Console.WriteLine("ready");
        Console.ReadLine();
        try
        {
            using var response = client.SendAsync(new L402Request { Uri = new Uri(arguments[0]) }).GetAwaiter().GetResult();
            if (arguments.Length > 4)
            {
                ResponseBody.ReadAsync(response, long.MaxValue, new Said(), default).GetAwaiter().GetResult();
            }

            Console.WriteLine(response.StatusCode + " " + (response.Amount?.ToString() ?? "nothing"));
            return 0;
        }
        catch (LightningOpsException failure)
        {
            Console.WriteLine(failure.Tag);
            Console.WriteLine(failure.Message);
            return 1;
        }
    }

    private sealed class Said : IProgress<long>
    {
        public void Report(long value) => Console.WriteLine("reading");
    }
}
