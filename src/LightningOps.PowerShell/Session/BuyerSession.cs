using System;
using System.Globalization;
using System.IO;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Payments;
using LightningOps.Payments.Simulation;

namespace LightningOps.PowerShell.Session;

/// <summary>Store, wallet and connections for requests; used by one command at a time.</summary>
internal sealed class BuyerSession : IDisposable
{
    private readonly CommandProgress progress;
    private string stamp = string.Empty;

    private BuyerSession(string key, string? storePath, CredentialStore store, IInvoicePayer? payer, L402Client client, CommandProgress progress)
    {
        Key = key;
        StorePath = storePath;
        Store = store;
        Payer = payer;
        Client = client;
        this.progress = progress;
    }

    /// <summary>Key of everything it was made from.</summary>
    public string Key { get; }

    /// <summary>File of the store; null for a team's store.</summary>
    public string? StorePath { get; }

    /// <summary>The store.</summary>
    public CredentialStore Store { get; }

    /// <summary>The wallet; null for none.</summary>
    public IInvoicePayer? Payer { get; }

    /// <summary>Sends the requests.</summary>
    public L402Client Client { get; }

    /// <summary>Time of its last return, in ticks of the system.</summary>
    public DateTimeOffset ReturnedAt { get; private set; }

    /// <summary>Whether the open file is still the current store: neither removed nor replaced.</summary>
    public bool IsCurrent => stamp == GetStamp(StorePath);

    /// <summary>Opens a session.</summary>
    /// <param name="key">Key of everything it is made from.</param>
    /// <param name="storePath">File of the store; null for a team's store.</param>
    /// <param name="store">The store.</param>
    /// <param name="payer">The wallet; null for none.</param>
    /// <param name="options">Options of the client; progress goes to the command that uses it.</param>
    public static BuyerSession Open(string key, string? storePath, CredentialStore store, IInvoicePayer? payer, L402ClientOptions options)
    {
        var progress = new CommandProgress();
        return new BuyerSession(key, storePath, store, payer, L402Client.Create(options with { Progress = progress }, payer, store), progress);
    }

    /// <summary>Reports future steps to another command; null for none.</summary>
    public void ReportTo(IProgress<L402Step>? command) => progress.Command = command;

    /// <summary>Records that no command uses it.</summary>
    public void SetReturned()
    {
        ReportTo(null);
        stamp = GetStamp(StorePath);
        ReturnedAt = DateTimeOffset.UtcNow;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Client.Dispose();
        Store.Dispose();

        // The simulated wallet belongs to the gateway, which keeps running.
        if (Payer is not SimulatedWallet)
        {
            Payer?.Dispose();
        }
    }

    private static string GetStamp(string? path)
    {
        if (path is null)
        {
            return string.Empty;
        }

        var file = new FileInfo(path);
        var key = new FileInfo(path + ".key");
        return file.Exists ? file.CreationTimeUtc.Ticks.ToString(CultureInfo.InvariantCulture) + (key.Exists ? " " + key.CreationTimeUtc.Ticks.ToString(CultureInfo.InvariantCulture) : string.Empty) : string.Empty;
    }

    private sealed class CommandProgress : IProgress<L402Step>
    {
        public IProgress<L402Step>? Command { get; set; }

        public void Report(L402Step value) => Command?.Report(value);
    }
}
