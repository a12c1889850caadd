using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Postgres;
using LightningOps.ControlPlane.Rules;
using LightningOps.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace LightningOps.Tests.ControlPlane.Postgres;

/// <summary>
/// Eight processes write to one store whose server is killed in the middle; what they were answered is compared with what is recorded.
/// LIGHTNINGOPS_POSTGRES_WRITES sets the number of writes of each process, LIGHTNINGOPS_POSTGRES_SEED what they write; the seed is printed.
/// </summary>
public sealed class PostgresProcessTests(ITestOutputHelper output)
{
    private const int Processes = 8;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly int Writes = int.TryParse(Environment.GetEnvironmentVariable("LIGHTNINGOPS_POSTGRES_WRITES"), out var named) ? named : 150;
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("LIGHTNINGOPS_POSTGRES_SEED"), out var seed) ? seed : Random.Shared.Next(1_000_000);

    [OwnPostgresFact]
    public async Task Nothing_is_lost_or_doubled_when_the_server_is_killed_among_eight_writers()
    {
        // Only a separate server can be killed.
        output.WriteLine(FormattableString.Invariant($"LIGHTNINGOPS_POSTGRES_SEED={Seed} LIGHTNINGOPS_POSTGRES_WRITES={Writes}"));
        Console.WriteLine(FormattableString.Invariant($"PostgreSQL: 8 x {Writes} writes, seed {Seed}"));
        using var server = PostgresServer.Start("fsync=on");
        using var database = new PostgresDatabase(server, isMigrated: true);
        var environment = new Dictionary<string, string> { ["OA_LIGHTNING_OPS_POSTGRES_PASSWORD"] = server.Password };
        var writers = Enumerable.Range(Seed, Processes)
            .Select(seed => StartedProcess.Start(["write-postgres", database.Connection, seed.ToString(CultureInfo.InvariantCulture), Writes.ToString(CultureInfo.InvariantCulture)], environment))
            .ToArray();
        try
        {
            foreach (var writer in writers)
            {
                Assert.Equal("started", await writer.ReadLineAsync());
            }

            server.Kill();
            server.Launch();

            var answers = new List<string[]>();
            foreach (var writer in writers)
            {
                string? line;
                while ((line = await writer.ReadLineAsync()) is not (null or "end"))
                {
                    answers.Add(line.Split(' '));
                }

                Assert.Equal("end", line);
            }

            Assert.Equal(Processes * Writes, answers.Count);
            using var plane = new PostgresControlPlane(database.Options());
            await CheckAsync(plane, answers.ToLookup(static answer => answer[0]));
        }
        finally
        {
            foreach (var writer in writers)
            {
                writer.Dispose();
            }
        }
    }

    private static async Task CheckAsync(PostgresControlPlane plane, ILookup<string, string[]> answers)
    {
        // Each settlement was new to one caller and known to all others, and has settled its invoice.
        var settlements = await plane.ListSettlementsAsync(new SettlementQuery { First = int.MaxValue }, None);
        Assert.Equal(
            answers["settlement"].Where(static answer => answer[2] == "new").Select(static answer => answer[1]).Order(StringComparer.Ordinal),
            settlements.Select(static settlement => settlement.Settlement.SettlementId).Order(StringComparer.Ordinal));
        Assert.Equal(answers["settlement"].Select(static answer => answer[1]).Distinct().Order(StringComparer.Ordinal), settlements.Select(static settlement => settlement.Settlement.SettlementId).Order(StringComparer.Ordinal));
        var invoices = (await plane.ListInvoicesAsync(new InvoiceQuery { First = int.MaxValue }, None)).ToDictionary(static invoice => invoice.InvoiceId);
        Assert.All(settlements, settlement => Assert.Equal(InvoiceStatus.Settled, invoices[settlement.Settlement.InvoiceId!].Status));

        // No answer was taken back: the status of an invoice only advanced, and its creation time is unchanged.
        Assert.All(answers["invoice"], answer =>
        {
            var invoice = invoices[answer[1]];
            Assert.Equal(answer[3], invoice.CreatedAtMs.ToString(CultureInfo.InvariantCulture));
            Assert.True(Rank(invoice.Status) >= Rank(Enum.Parse<InvoiceStatus>(answer[2])));
        });

        Assert.Equal(
            answers["event"].Select(static answer => answer[1]).Order(StringComparer.Ordinal),
            (await plane.ListEventsAsync(new GatewayEventQuery { First = int.MaxValue }, None)).Select(static recorded => recorded.EventType).Order(StringComparer.Ordinal));
        Assert.Equal(
            answers["deployment"].Select(static answer => answer[1]).Order(StringComparer.Ordinal),
            (await plane.ListDeploymentsAsync(new DeploymentQuery { First = int.MaxValue }, None)).Select(static deployment => deployment.DeploymentId).Order(StringComparer.Ordinal));

        // Each rotation and each entry has its own number, and none is missing.
        Assert.Equal(Enumerable.Range(1, answers["role"].Count()), answers["role"].Select(static answer => int.Parse(answer[1], CultureInfo.InvariantCulture)).Order());
        Assert.Equal(Enumerable.Range(1, answers["journal"].Count()), answers["journal"].Select(static answer => int.Parse(answer[1], CultureInfo.InvariantCulture)).Order());
        var entries = await plane.ReadJournalAsync(0, int.MaxValue, None);
        Assert.Equal(entries.Select(static entry => entry.Hash).Prepend(JournalRules.NoHash).SkipLast(1), entries.Select(static entry => entry.PreviousHash));
    }

    private static int Rank(InvoiceStatus status) => status switch
    {
        InvoiceStatus.Open => 0,
        InvoiceStatus.Expired => 1,
        InvoiceStatus.Canceled => 2,
        _ => 3,
    };
}
