using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Registry;
using LightningOps.Storage;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Gateway.Registry;

/// <summary>Gateways by name of a team: addresses are in the store, and what a machine runs, pays with or sends is not.</summary>
public sealed class SharedGatewayTests : IClassFixture<PostgresDatabase>, IDisposable
{
    private const string Fingerprint = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder folder = new();
    private readonly PostgresDatabase database;

    public SharedGatewayTests(PostgresDatabase database)
    {
        this.database = database;
        if (PostgresServer.IsAvailable)
        {
            database.Empty();
        }
    }

    public void Dispose() => folder.Dispose();

    [PostgresFact]
    public async Task One_machine_registers_and_another_sees_it_without_commands_wallet_and_secrets()
    {
        await Machine("a").ChangeAsync("Prod", _ => Gateway(), None);

        var seen = Machine("b").Find("prod")!;

        Assert.Equal(("Prod", "admin", "mainnet", true, false), (seen.Name, seen.Kind, seen.Network, seen.IsShared, seen.IsAccepted));
        Assert.Equal(("https://a:8081", Fingerprint, "https://shop"), (seen.Endpoints[0].Address, seen.Endpoints[0].CertificateFingerprint, seen.Endpoints[0].ChallengeUrl));
        Assert.Null(seen.Endpoints[0].Macaroon);
        Assert.Null(seen.Payer);
        Assert.Empty(seen.Commands);
        var document = (string)database.Scalar("SELECT document || coalesce(updated_by, '') FROM lightningops.registered_gateways")!;
        foreach (var own in new[] { "/bin/stop", "vault:", "macaroon", "lnd:", "/m", "payer" })
        {
            Assert.DoesNotContain(own, document, StringComparison.OrdinalIgnoreCase);
        }

        var mine = Machine("a").Find("prod")!;
        Assert.Equal((true, "vault:ops/a", "/bin/stop", "lnd:https://node:8080"), (mine.IsAccepted, mine.Endpoints[0].Macaroon!.ToString(), mine.StopCommand![0], mine.Payer));
    }

    [PostgresFact]
    public async Task A_local_part_joins_by_name_and_leaves_the_record_of_the_team_as_it_is()
    {
        await Machine("a").ChangeAsync("prod", _ => Gateway(), None);
        var before = database.Scalar("SELECT xmin::text FROM lightningops.registered_gateways");

        await Machine("b").ChangeAsync("prod", shared => shared! with { StopCommand = ["/usr/bin/halt"], Endpoints = [shared.Endpoints[0] with { Macaroon = SecretReference.Parse("env:OA_LIGHTNING_B"), Binding = new SecretBinding("https://a:8081", Fingerprint) }] }, None);

        Assert.Equal(("/bin/stop", "/usr/bin/halt"), (Machine("a").Find("prod")!.StopCommand![0], Machine("b").Find("prod")!.StopCommand![0]));
        Assert.Equal("env:OA_LIGHTNING_B", Machine("b").Find("prod")!.Endpoints[0].Macaroon!.ToString());
        Assert.Equal(before, database.Scalar("SELECT xmin::text FROM lightningops.registered_gateways"));
    }

    [PostgresFact]
    public async Task An_address_that_is_changed_in_the_store_is_not_the_one_a_secret_is_bound_to()
    {
        await Machine("a").ChangeAsync("prod", _ => Gateway(), None);
        await Machine("b").ChangeAsync("prod", shared => shared! with { Endpoints = [shared.Endpoints[0] with { Address = "https://evil:8081" }] }, None);

        var seen = Machine("a").Find("prod")!;

        Assert.Equal(("https://evil:8081", "https://a:8081", false), (seen.Endpoints[0].Address, seen.Endpoints[0].Binding!.Address, seen.IsAccepted));
        Assert.NotEqual(seen.Endpoints[0].Binding, SecretBinding.Create(seen.Endpoints[0].Address, seen.Endpoints[0].CertificateFingerprint, seen.Endpoints[0].CertificatePath));
    }

    [PostgresFact]
    public async Task An_endpoint_that_is_moved_or_added_keeps_the_binding_of_its_secret()
    {
        var one = Gateway().Endpoints[0];
        await Machine("a").ChangeAsync("prod", _ => Gateway() with { Endpoints = [one, one with { Address = "https://b:8081", Macaroon = SecretReference.Parse("vault:ops/b"), Binding = new SecretBinding("https://b:8081", Fingerprint) }] }, None);
        await Machine("b").ChangeAsync("prod", shared => shared! with { Endpoints = [shared.Endpoints[1], shared.Endpoints[0], shared.Endpoints[0] with { Address = "https://new:8081" }] }, None);

        var seen = Machine("a").Find("prod")!;

        Assert.Equal(["vault:ops/b https://b:8081", "vault:ops/a https://a:8081", "vault:ops/b https://b:8081"], seen.Endpoints.Select(static endpoint => endpoint.Macaroon + " " + endpoint.Binding!.Address));
    }

    [PostgresFact]
    public async Task What_the_team_removes_names_nothing_on_any_machine()
    {
        await Machine("a").ChangeAsync("prod", _ => Gateway(), None);
        await Machine("b").ChangeAsync("prod", static shared => shared, None);

        await Machine("a").ChangeAsync("prod", static _ => null, None);

        Assert.Null(Machine("a").Find("prod"));
        Assert.Null(Machine("b").Find("prod"));
        Assert.Empty(Machine("b").List());
    }

    [PostgresFact]
    public async Task A_name_of_the_account_alone_stays_usable()
    {
        await new GatewayRegistry(folder.File("a.json")).ChangeAsync("lab", _ => new RegisteredGateway { Name = "lab", Kind = "memory" }, None);
        await Machine("b").ChangeAsync("prod", _ => Gateway(), None);

        Assert.Equal(["lab", "Prod"], Machine("a").List().Select(static gateway => gateway.Name));
        Assert.Equal((false, true), (Machine("a").Find("lab")!.IsShared, Machine("a").Find("lab")!.IsAccepted));
    }

    [PostgresFact]
    public async Task A_copy_of_a_store_takes_the_gateways_along_and_leaves_what_is_the_accounts_own()
    {
        var file = new GatewayRegistry(folder.File("a.json"));
        await file.ChangeAsync("prod", _ => Gateway(), None);
        await file.ChangeAsync("lab", _ => new RegisteredGateway { Name = "lab", Kind = "ops", Endpoints = [new RegisteredEndpoint { Address = "https://lab" }] }, None);

        var up = await Machine("a").CopyToTeamAsync(None);
        var again = await Machine("a").CopyToTeamAsync(None);
        var down = await Machine("b").CopyFromTeamAsync(None);

        Assert.Equal((2, 2, 0, 2), (up.Records, up.Copied, again.Copied, down.Records));
        Assert.Equal((up.Hash, up.Hash), (again.Hash, down.Hash));
        Assert.Equal("/bin/stop", file.Find("prod")!.StopCommand![0]);
        Assert.Equal(["lab", "Prod"], new GatewayRegistry(folder.File("b.json")).List().Select(static gateway => gateway.Name));
        Assert.Empty(new GatewayRegistry(folder.File("b.json")).Find("prod")!.Commands);

        await new GatewayRegistry(folder.File("c.json")).ChangeAsync("lab", _ => new RegisteredGateway { Name = "lab", Kind = "ops", Endpoints = [new RegisteredEndpoint { Address = "https://other" }] }, None);
        Assert.Equal("store_not_empty", (await Assert.ThrowsAsync<StoreException>(() => Machine("c").CopyToTeamAsync(None))).Code);
    }

    [PostgresFact]
    public async Task Machines_that_register_at_once_lose_nothing_and_one_name_has_one_record()
    {
        await Task.WhenAll(Enumerable.Range(0, 12).Select(number => Task.Run(() => Machine("m" + number).ChangeAsync("g" + (number % 6), existing => existing ?? Gateway() with { Name = "g" + (number % 6) }, None))));

        Assert.Equal(["g0", "g1", "g2", "g3", "g4", "g5"], Machine("a").List().Select(static gateway => gateway.Name));
    }

    [PostgresTheory]
    [InlineData("""{"name":"prod","kind":"file","endpoints":[{"address":"/etc/a"}],"reloadCommand":["/bin/sh"]}""", "reloadCommand")]
    [InlineData("""{"name":"prod","kind":"admin","endpoints":[{"address":"https://a","macaroon":"env:OA_LIGHTNING_X"}]}""", "macaroon")]
    [InlineData("""{"name":"prod","kind":"admin","endpoints":[{"address":"https://a"}],"payer":"executor:https://evil"}""", "payer")]
    [InlineData("""{"name":"prod","kind":"admin","endpoints":[{"address":"https://u:p@a"}]}""", "Endpoint")]
    [InlineData("""{"name":"prod","kind":"admin","endpoints":null}""", "no name")]
    [InlineData("""{"name":"prod","kind":"cloud","endpoints":[]}""", "Kind")]
    [InlineData("{", "prod")]
    public async Task A_record_with_what_no_team_shares_is_refused(string document, string member)
    {
        await Machine("a").ChangeAsync("prod", _ => Gateway(), None);
        database.Execute("UPDATE lightningops.registered_gateways SET document = '" + document + "'");

        var failure = Assert.Throws<GatewayRegistryException>(() => Machine("b").List());

        Assert.Contains(member, failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("gateway Prod", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_the_accounts_own_joins_and_nothing_of_it_is_shared()
    {
        var own = new RegisteredGateway { Name = "prod", Kind = "admin", Endpoints = [new RegisteredEndpoint { Address = "https://a" }] };
        var members = typeof(RegisteredGateway).GetProperties().Where(static member => member.CanWrite && member.Name is not (nameof(RegisteredGateway.Name) or nameof(RegisteredGateway.Kind) or nameof(RegisteredGateway.Network)
            or nameof(RegisteredGateway.HealthUrl) or nameof(RegisteredGateway.Endpoints) or nameof(RegisteredGateway.Store) or nameof(RegisteredGateway.IsAccepted) or nameof(RegisteredGateway.UpdatedAt))).ToArray();
        foreach (var member in members)
        {
            member.SetValue(own, member.PropertyType == typeof(string) ? "5ecret" : member.PropertyType == typeof(SecretBinding) ? new SecretBinding("5ecret", null) : (string[])["5ecret"]);
        }

        var shared = SharedGateway.From(own);
        var joined = shared.Join(own, "db");

        Assert.DoesNotContain("5ecret", shared.ToDocument(), StringComparison.Ordinal);
        Assert.All(members, member => Assert.Equal(member.GetValue(own), member.GetValue(joined)));
        Assert.All(members, member => Assert.Null(member.GetValue(shared.Join(null, "db"))));
    }

    private static RegisteredGateway Gateway() => new()
    {
        Name = "Prod",
        Kind = "admin",
        Network = "mainnet",
        Endpoints = [new RegisteredEndpoint { Address = "https://a:8081", Macaroon = SecretReference.Parse("vault:ops/a"), CertificateFingerprint = Fingerprint, ChallengeUrl = "https://shop", Binding = new SecretBinding("https://a:8081", Fingerprint) }],
        StopCommand = ["/bin/stop"],
        Payer = "lnd:https://node:8080",
        LndMacaroonPath = "/m",
        LndBinding = new SecretBinding("lnd:https://node:8080", null),
    };

    /// <summary>The registry of an account on another machine.</summary>
    private GatewayRegistry Machine(string name) => new(Path.Combine(folder.Path, name + ".json"), null, database.Options());
}
