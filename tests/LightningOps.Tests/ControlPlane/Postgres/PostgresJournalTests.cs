using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Postgres;
using LightningOps.Tests.Support;
using Npgsql;
using Xunit;

namespace LightningOps.Tests.ControlPlane.Postgres;

[NeedsPostgres]
public sealed class PostgresJournalTests(PostgresDatabase database) : JournalContract, IClassFixture<PostgresDatabase>
{
    [PostgresTheory]
    [InlineData("UPDATE lightningops.journal SET action = 'nothing'")]
    [InlineData("DELETE FROM lightningops.journal")]
    public async Task Not_even_the_owner_changes_or_removes_an_entry_by_mistake(string statement)
    {
        using var plane = new PostgresControlPlane(database.Options(Clock));
        await plane.AppendJournalAsync(new JournalDraft { Kind = JournalKind.Import, Action = "imported" }, CancellationToken.None);

        Assert.Equal("LO001", Assert.Throws<PostgresException>(() => database.Execute(statement)).SqlState);
    }

    protected override Task<IJournal> OpenAsync() => Task.FromResult<IJournal>(new PostgresControlPlane(database.Empty().Options(Clock)));
}
