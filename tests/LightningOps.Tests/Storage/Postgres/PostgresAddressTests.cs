using System;
using System.Collections.Generic;
using System.IO;
using LightningOps.Settings;
using LightningOps.Storage.Postgres;
using LightningOps.Tests.Support;
using Npgsql;
using Xunit;

namespace LightningOps.Tests.Storage.Postgres;

public sealed class PostgresAddressTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("Host=db.example.com;Database=lightning;Username=ops")]
    [InlineData("host=db.example.com dbname=lightning user=ops sslmode=verify-full")]
    [InlineData("postgresql://ops@db.example.com:5432/lightning")]
    [InlineData("postgres://ops@db.example.com/lightning?sslmode=verify-full")]
    public void The_same_address_is_read_from_each_spelling_and_verifies_the_server(string text)
    {
        var address = Parse(text);

        Assert.Equal("db.example.com:5432/lightning", address.Name);
        Assert.Equal(("ops", SslMode.VerifyFull), (address.Settings.Username, address.Settings.SslMode));
        Assert.Null(address.Settings.Password);
    }

    [Fact]
    public void The_passfile_is_that_of_the_address_then_of_the_variable_then_of_the_home_and_none_beside_a_password()
    {
        var (named, listed, home) = (folder.File("named"), folder.File("listed"), folder.File(".pgpass"));
        Array.ForEach([named, listed, home], static file => File.WriteAllText(file, string.Empty));
        var address = "Host=db.example.com;Database=lightning;Passfile=" + named;
        Dictionary<string, string> variables = new() { ["HOME"] = folder.Path };

        Assert.Equal(home, Find(null));
        variables["PGPASSFILE"] = listed;
        Assert.Equal((listed, named), (Find("Host=db.example.com;Database=lightning"), Find(address)));
        File.Delete(listed);
        Assert.Null(Find(null));
        variables["PGPASSWORD"] = "secret";
        Assert.Null(Find(address));

        string? Find(string? connection) => PostgresStoreOptions.FindPassfile(connection, OperatorEnvironment.From(variables));
    }

    [Theory]
    [InlineData("Host=db.example.com;Database=lightning;Password=hunter2")]
    [InlineData("Host=localhost;Database=lightning;Pwd=hunter2")]
    [InlineData("host=db.example.com dbname=lightning password=hunter2")]
    [InlineData("postgresql://ops:hunter2@db.example.com/lightning")]
    [InlineData("postgresql://ops@db.example.com/lightning?password=hunter2")]
    public void A_password_in_the_address_is_refused_and_not_repeated(string text)
    {
        var refused = Assert.Throws<ConfigException>(() => Parse(text));

        Assert.Equal("OA_LIGHTNING_OPS_POSTGRES", refused.Field);
        Assert.Contains("password", refused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.ToString() + refused.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=db.example.com;Database=l;SSL Mode=Disable")]
    [InlineData("Host=db.example.com;Database=l;SSL Mode=Prefer")]
    [InlineData("Host=db.example.com;Database=l;SSL Mode=Require")]
    [InlineData("Host=127.0.0.1,db.example.com;Database=l;SSL Mode=Disable")]
    [InlineData("Host=localhost.example.com;Database=l;SSL Mode=Disable")]
    [InlineData("postgresql://ops@10.0.0.1/l?sslmode=disable")]
    public void A_connection_to_another_machine_that_is_not_verified_is_refused(string text) =>
        Assert.Contains("does not verify the server", Assert.Throws<ConfigException>(() => Parse(text)).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("Host=localhost;Database=l;SSL Mode=Disable")]
    [InlineData("Host=127.0.0.1;Database=l;SSL Mode=Disable")]
    [InlineData("Host=::1;Database=l;SSL Mode=Disable")]
    [InlineData("Host=/var/run/postgresql;Database=l")]
    [InlineData("postgresql://[::1]:5433/l?sslmode=disable")]
    public void On_loopback_a_server_is_used_without_TLS(string text) => Assert.NotEqual(SslMode.VerifyFull, Parse(text).Settings.SslMode);

    [Theory]
    [InlineData("Host=db.example.com")]
    [InlineData("Database=l;Username=ops")]
    [InlineData("Host=localhost;Database=l;Nonsense=hunter2")]
    [InlineData("Host=localhost;Database=l;Port=hunter2")]
    public void What_is_missing_or_unknown_is_named_without_its_value(string text) =>
        Assert.DoesNotContain("hunter2", Assert.Throws<ConfigException>(() => Parse(text)).ToString(), StringComparison.Ordinal);

    [Fact]
    public void A_service_is_read_from_its_file_and_may_be_changed_in_the_address()
    {
        var file = folder.File("pg_service.conf");
        File.WriteAllText(file, "# a comment\n[other]\nhost=wrong\n\n[team]\nhost=db.example.com\nport=6432\ndbname=lightning\nuser=ops\nsslmode=verify-full\n[last]\nhost=wrong\n");

        Assert.Equal("db.example.com:6432/lightning", Parse("team", file).Name);
        Assert.Equal("db.example.com:6432/other", Parse("service=team;dbname=other", file).Name);
        Assert.Contains("not in " + file, Assert.Throws<ConfigException>(() => Parse("missing", file)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_in_a_service_is_refused()
    {
        var file = folder.File("pg_service.conf");
        File.WriteAllText(file, "[team]\nhost=db.example.com\ndbname=l\npassword=hunter2\n");

        Assert.DoesNotContain("hunter2", Assert.Throws<ConfigException>(() => Parse("team", file)).ToString(), StringComparison.Ordinal);
    }

    private static PostgresAddress Parse(string text, string? services = null) =>
        PostgresAddress.Parse(text, OperatorEnvironment.From(services is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["PGSERVICEFILE"] = services }));
}
