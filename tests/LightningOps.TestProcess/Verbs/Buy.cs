using System;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Payments.WalletExecutor;

namespace LightningOps.TestProcess.Verbs;

/// <summary>
/// <c>buy url store executor budget</c>: says "ready", waits for a line, makes the request, and says the status and what
/// was paid, or the tag of the failure.
/// </summary>
internal sealed class Buy : IVerb
{
    public string Name => "buy";

    public int Run(string[] arguments)
    {
        using var store = new CredentialStore(new CredentialStoreOptions { Path = arguments[1] });
        using var payer = new WalletExecutorPayer(new WalletExecutorPayerOptions { BaseUrl = arguments[2] });
        var limits = new SpendLimits { MaxSpend = new Msats(100_000), HourlyBudget = new Msats(long.Parse(arguments[3], System.Globalization.CultureInfo.InvariantCulture)) };
        using var client = new L402Client(new L402ClientOptions { Limits = limits }, payer, store);
        Console.WriteLine("ready");
        Console.ReadLine();
        try
        {
            using var response = client.SendAsync(new L402Request { Uri = new Uri(arguments[0]) }).GetAwaiter().GetResult();
            Console.WriteLine(response.StatusCode + " " + (response.Amount?.ToString() ?? "nothing"));
            return 0;
        }
        catch (LightningOpsException failure)
        {
            Console.WriteLine(failure.Tag);
            return 1;
        }
    }
}
