using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Postgres;
using LightningOps.Paywalls;
using LightningOps.Storage.Postgres;

namespace LightningOps.TestProcess.Verbs;

/// <summary>
/// <c>write-postgres connection seed count</c>: makes so many mixed writes to a team's store and then says what it was answered, one line for
/// each. After the first one it says <c>started</c>. The password is in OA_LIGHTNING_OPS_POSTGRES_PASSWORD.
/// </summary>
internal sealed class WritePostgres : IVerb
{
    private static readonly CancellationToken None = CancellationToken.None;

    public string Name => "write-postgres";

    public int Run(string[] arguments)
    {
        RunAsync(arguments[0], int.Parse(arguments[1], CultureInfo.InvariantCulture), int.Parse(arguments[2], CultureInfo.InvariantCulture)).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task RunAsync(string connection, int seed, int count)
    {
        using var plane = new PostgresControlPlane(new PostgresStoreOptions
        {
            Connection = connection,
            Password = static () => Environment.GetEnvironmentVariable("OA_LIGHTNING_OPS_POSTGRES_PASSWORD"),
            LockTimeout = TimeSpan.FromMinutes(2),
        });
        var random = new Random(seed);
        var answers = new List<string>();
        for (var i = 0; i < count; i++)
        {
            answers.Add(await WriteAsync(plane, random, FormattableString.Invariant($"{seed}_{i}")));
            if (i == 0)
            {
                Console.WriteLine("started");
            }
        }

        answers.ForEach(Console.WriteLine);
        Console.WriteLine("end");
    }

    private static async Task<string> WriteAsync(PostgresControlPlane plane, Random random, string own)
    {
        var number = random.Next(500);
        switch (random.Next(7))
        {
            case 0:
            case 1:
                var told = await plane.IngestSettlementAsync(
                    new SettlementWithProof
                    {
                        SettlementId = FormattableString.Invariant($"set_{number}"),
                        PaywallId = "pw",
                        OwnerId = "owner",
                        InvoiceId = FormattableString.Invariant($"inv_{number}"),
                        AmountMsats = 1000 + number,
                        PaymentProofValue = number.ToString("x64", CultureInfo.InvariantCulture),
                    },
                    None);
                return FormattableString.Invariant($"settlement {told.Settlement.SettlementId} {(told.Existed ? "known" : "new")}");
            case 2:
                var status = (InvoiceStatus)random.Next(3);
                var invoice = await plane.IngestInvoiceAsync(
                    new InvoiceUpdate { InvoiceId = FormattableString.Invariant($"inv_{number}"), PaywallId = "pw", OwnerId = "owner", AmountMsats = 1000 + number, Status = status }, None);
                return FormattableString.Invariant($"invoice {invoice.Invoice.InvoiceId} {invoice.Invoice.Status} {invoice.Invoice.CreatedAtMs}");
            case 3:
                await plane.RecordEventAsync(new GatewayEventDraft { PaywallId = "pw", OwnerId = "owner", EventType = "event_" + own, Level = EventLevel.Info }, None);
                return "event event_" + own;
            case 4:
                var role = await plane.RotateCredentialRoleAsync(new CredentialRoleChange { Role = CredentialRole.GatewayInvoice, Fingerprint = own }, None);
                return FormattableString.Invariant($"role {role.Version}");
            case 5:
                var entry = await plane.AppendJournalAsync(new JournalDraft { Kind = JournalKind.Import, Action = own }, None);
                return FormattableString.Invariant($"journal {entry.Sequence}");
            default:
                var deployment = await plane.RecordDeploymentAsync(new DeploymentIntent { ConfigHash = new ConfigHash("cfg_" + own), Status = DeploymentStatus.Applied, Diagnostics = [] }, None);
                return "deployment " + deployment.DeploymentId;
        }
    }
}
