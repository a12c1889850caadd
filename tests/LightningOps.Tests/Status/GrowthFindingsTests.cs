using System;
using System.IO;
using System.Linq;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Status;
using LightningOps.Tests.Docs;
using LightningOps.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit;

namespace LightningOps.Tests.Status;

/// <summary>Growth and exposure of an Aperture, from its files; nothing is changed.</summary>
public sealed class GrowthFindingsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [UnixFact]
    public void A_database_that_others_can_read_and_a_public_admin_API_are_findings()
    {
        var findings = Read("127.0.0.1:8081", adminEnabled: true, UnixFileMode.UserRead | UnixFileMode.UserWrite, 0, 0);
        Assert.DoesNotContain(findings, finding => finding.Code is "database_readable" or "admin_api_public");

        findings = Read("0.0.0.0:8081", adminEnabled: true, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, 0, 0);
        Assert.Contains("mode 0644", findings.Single(finding => finding.Code == "database_readable").Message, StringComparison.Ordinal);
        Assert.Contains("0.0.0.0:8081", findings.Single(finding => finding.Code == "admin_api_public").Message, StringComparison.Ordinal);

        Assert.DoesNotContain(Read("0.0.0.0:8081", adminEnabled: false, UnixFileMode.UserRead | UnixFileMode.UserWrite, 0, 0), finding => finding.Code == "admin_api_public");
    }

    [UnixFact]
    public void Challenges_for_each_payment_are_counted()
    {
        var few = Read("127.0.0.1:8081", false, UnixFileMode.UserRead | UnixFileMode.UserWrite, 30, 10).Single(finding => finding.Code == "growth");
        Assert.Equal(DiagnosticSeverity.Info, few.Severity);
        Assert.Contains("30 challenges were made and 10 paid, 3 per payment", few.Message, StringComparison.Ordinal);

        var many = Read("127.0.0.1:8081", false, UnixFileMode.UserRead | UnixFileMode.UserWrite, 2000, 10).Single(finding => finding.Code == "growth");
        Assert.Equal(DiagnosticSeverity.Warn, many.Severity);
        Assert.Contains("200 per payment", many.Message, StringComparison.Ordinal);
        Assert.Contains("2000 transactions and 2000 root keys", many.Message, StringComparison.Ordinal);
        Assert.Contains("gc-canceled-invoices-on-the-fly, gc-canceled-invoices-on-startup", many.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_that_takes_longer_than_the_earlier_ones_is_a_finding()
    {
        Assert.Equal("starts", GrowthFindings.Find("g", new ApertureGrowth { StartsMs = [1000, 1100, 1200] }).Single().Code);
        Assert.Equal("starts_slower", GrowthFindings.Find("g", new ApertureGrowth { StartsMs = [1000, 1100, 1700] }).Single().Code);
        Assert.Equal([3L, 4, 5, 6, 7, 8, 9, 10, 11, 12], Enumerable.Range(1, 12).Aggregate(new LoadedRecord("d", "h"), (record, ms) => record.WithStart(TimeSpan.FromMilliseconds(ms))).StartsMs);
    }

    [Theory]
    [InlineData(new long[0], null)]
    [InlineData(new long[] { 900 }, null)]
    [InlineData(new long[] { 1000, 1500 }, 1.5)]
    [InlineData(new long[] { 1000, 3000, 1100, 2200 }, 2.0)]
    [InlineData(new long[] { 0, 5 }, null)]
    public void The_trend_of_starts_is_the_last_one_against_the_median_of_the_earlier_ones(long[] startsMs, double? trend) =>
        Assert.Equal(trend, new GatewayGrowth { StartsMs = startsMs }.StartTrend);

    [Fact]
    public void A_database_that_no_role_reads_is_not_known()
    {
        File.WriteAllText(folder.File("aperture.yaml"), "listenaddr: '127.0.0.1:8081'\ndbbackend: postgres\npostgres:\n  host: 127.0.0.1\n  user: aperture\n  password: PASSWORDPASSWORD\n  dbname: aperture\nservices: []\n");
        var unknown = new System.Collections.Generic.List<UnknownValue>();
        using var gateway = GatewayFactory.Create(GatewayReference.Parse("file:" + folder.File("aperture.yaml")), new GatewaySettings { Environment = new LightningOps.Settings.OperatorEnvironment(static _ => null) });

        var (growth, findings) = GrowthFindings.Find(gateway, unknown);

        Assert.Empty(findings);
        Assert.Null(growth!.Challenges);
        Assert.Contains("OA_LIGHTNING_OPS_APERTURE_DATABASE_ROLE", unknown.Single().Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("PASSWORD", unknown.Single().Reason.Replace("_PASSWORD", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:8081", false)]
    [InlineData("127.0.0.1:8081", false)]
    [InlineData("[::1]:8081", false)]
    [InlineData(":8081", true)]
    [InlineData("[::]:8081", true)]
    [InlineData("10.0.0.5:8081", true)]
    [InlineData("aperture.example.com:8081", true)]
    [InlineData(null, false)]
    public void An_address_is_public_where_other_machines_reach_it(string? address, bool isPublic) => Assert.Equal(isPublic, ApertureGrowthReader.IsPublic(address));

    private System.Collections.Generic.IReadOnlyList<Diagnostic> Read(string listens, bool adminEnabled, UnixFileMode mode, int challenges, int paid)
    {
        var database = folder.File("aperture.db");
        File.Copy(Repository.GetPath("tests/LightningOps.Tests/Vectors/aperture/db/aperture-main-7ee3ed7.db"), database, overwrite: true);
        using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false }.ConnectionString))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"""
                PRAGMA journal_mode = DELETE;
                DELETE FROM secrets;
                DELETE FROM l402_transactions;
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {challenges}) INSERT INTO secrets (hash, secret, created_at) SELECT randomblob(32), randomblob(32), 0 FROM n WHERE {challenges} > 0;
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {challenges}) INSERT INTO l402_transactions (payment_hash, service_name, price_sats, state, created_at) SELECT randomblob(32), 's', 1, CASE WHEN i <= {paid} THEN 'settled' ELSE 'pending' END, 0 FROM n WHERE {challenges} > 0;
                """;
            command.ExecuteNonQuery();
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(database, mode);
        }

        File.WriteAllText(folder.File("aperture.yaml"), $"listenaddr: '{listens}'\ndbbackend: sqlite\nsqlite:\n  databasefilename: '{database}'\nadmin:\n  enabled: {(adminEnabled ? "true" : "false")}\nservices: []\n");
        var before = Directory.GetFileSystemEntries(folder.Path);
        var bytes = File.ReadAllBytes(database);
        var unknown = new System.Collections.Generic.List<UnknownValue>();
        using var gateway = GatewayFactory.Create(GatewayReference.Parse("file:" + folder.File("aperture.yaml")), new GatewaySettings { Environment = LightningOps.Settings.OperatorEnvironment.ForProcess() });

        var (growth, findings) = GrowthFindings.Find(gateway, unknown);

        Assert.Empty(unknown);
        Assert.Equal(before, Directory.GetFileSystemEntries(folder.Path));
        Assert.Equal(bytes, File.ReadAllBytes(database));
        Assert.Equal((challenges, challenges, paid, new FileInfo(database).Length), (growth!.Challenges, growth.Transactions, growth.Payments, growth.DatabaseBytes));
        Assert.Equal(paid == 0 ? null : (double)challenges / paid, growth.ChallengesPerPayment);
        return findings;
    }
}
