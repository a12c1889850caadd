using System;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using LightningOps.Files;
using LightningOps.Gateway;
using LightningOps.Gateway.Registry;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Gateway.Registry;

public sealed class GatewayRegistryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly GatewayRegistry registry;

    public GatewayRegistryTests() => registry = new GatewayRegistry(folder.File("registered-gateways.json"));

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_registration_reads_back_with_every_member()
    {
        var made = new RegisteredGateway
        {
            Name = "prod",
            Kind = "admin",
            Network = "mainnet",
            Endpoints =
            [
                new RegisteredEndpoint { Address = "https://a:8081", Macaroon = SecretReference.Parse("vault:ops/a b"), CertificateFingerprint = new string('a', 64), ChallengeUrl = "https://a", Binding = new SecretBinding("https://a:8081", new string('a', 64)) },
                new RegisteredEndpoint { Address = "https://b:8081", Macaroon = SecretReference.Parse("keyvault:v/n"), CertificateFingerprint = new string('b', 64), ChallengeUrl = "https://b", Binding = new SecretBinding("https://b:8081", new string('b', 64)) },
            ],
            StopCommand = ["/bin/stop", "a b"],
            DrainCommand = ["/bin/drain"],
            UndrainCommand = ["/bin/undrain"],
            Payer = "lnd:https://node:8080",
            LndMacaroonPath = "/m",
            LndCertificatePath = "/c",
            LndBinding = new SecretBinding("lnd:https://node:8080", null),
        };

        var written = await registry.ChangeAsync("prod", _ => made, CancellationToken.None);
        var read = registry.Find("PROD")!;

        Assert.Equal(made.Endpoints, read.Endpoints);
        Assert.Equal(made.Commands.SelectMany(static command => command.Command), read.Commands.SelectMany(static command => command.Command));
        Assert.Equal((made.Network, made.Payer, made.LndMacaroonPath, made.LndCertificatePath, made.LndBinding, written!.UpdatedAt), (read.Network, read.Payer, read.LndMacaroonPath, read.LndCertificatePath, read.LndBinding, read.UpdatedAt));
    }

    [Fact]
    public async Task Writers_at_the_same_time_lose_nothing()
    {
        var names = Enumerable.Range(0, 24).Select(static number => "g" + number).ToArray();

        await Task.WhenAll(names.Select(name => Task.Run(() => new GatewayRegistry(registry.Path).ChangeAsync(name, _ => Memory(name), CancellationToken.None))));

        Assert.Equal(names.Order(StringComparer.Ordinal), registry.List().Select(static gateway => gateway.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["registered-gateways.json", "registered-gateways.json.lock"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("zz")]
    [InlineData("")]
    [InlineData("ababababababababababababababababababababababababababababababababab")]
    [InlineData("zbabababababababababababababababababababababababababababababababz")]
    public async Task A_new_fingerprint_that_is_none_is_refused_and_an_old_one_blocks_no_change(string fingerprint)
    {
        RegisteredGateway Make(string network) => new() { Name = "prod", Kind = "admin", Network = network, Endpoints = [new RegisteredEndpoint { Address = "https://a:8081", CertificateFingerprint = fingerprint }] };

        var refused = await Assert.ThrowsAsync<ConfigException>(() => registry.ChangeAsync("prod", _ => Make("mainnet"), CancellationToken.None));
        Assert.StartsWith("CertificateFingerprint", refused.Message, StringComparison.Ordinal);
        Assert.Empty(registry.List());

        await registry.ChangeAsync("prod", _ => Make("mainnet") with { Endpoints = [new RegisteredEndpoint { Address = "https://a:8081", CertificateFingerprint = new string('a', 64) }] }, CancellationToken.None);
        File.WriteAllText(registry.Path, File.ReadAllText(registry.Path).Replace(new string('a', 64), fingerprint, StringComparison.Ordinal));
        Assert.Equal("signet", (await registry.ChangeAsync("prod", _ => Make("signet"), CancellationToken.None))!.Network);
    }

    [Fact]
    public async Task A_change_that_is_refused_leaves_the_file_as_it_was()
    {
        await registry.ChangeAsync("lab", _ => Memory("lab"), CancellationToken.None);
        var before = File.ReadAllBytes(registry.Path);

        await Assert.ThrowsAsync<ConfigException>(() => registry.ChangeAsync("lab", _ => Memory("lab") with { HealthUrl = "https://h" }, CancellationToken.None));

        Assert.Equal(before, File.ReadAllBytes(registry.Path));
    }

    [Theory]
    [InlineData("{", "cannot be read")]
    [InlineData("{\"version\":2,\"gateways\":[]}", "version 2")]
    [InlineData("{\"version\":1,\"gateways\":[{\"name\":\"a\",\"kind\":\"memory\",\"reload\":1}]}", "reload")]
    [InlineData("{\"version\":1,\"gateways\":[{\"name\":null,\"kind\":\"memory\"}]}", "no name")]
    [InlineData("{\"version\":1,\"gateways\":[null]}", "no name")]
    [InlineData("{\"version\":1,\"gateways\":[{\"name\":\"ops\",\"kind\":\"memory\"}]}", "kind of gateway")]
    [InlineData("{\"version\":1,\"gateways\":[{\"name\":\"a\",\"kind\":\"cloud\"}]}", "Kind")]
    [InlineData("{\"version\":1,\"gateways\":[{\"name\":\"a\",\"kind\":\"admin\",\"endpoints\":[{\"address\":\"https://h:1\",\"macaroon\":\"0201\"}]}]}", "Macaroon")]
    [InlineData("{\"version\":1,\"gateways\":[{\"name\":\"a\",\"kind\":\"file\",\"endpoints\":[{\"address\":\"/a\"}],\"reloadCommand\":[null]}]}", "ReloadCommand")]
    public void A_damaged_file_is_an_error_that_names_file_and_member(string content, string member)
    {
        File.WriteAllText(registry.Path, content);

        var failure = Assert.Throws<GatewayRegistryException>(registry.List);

        Assert.StartsWith(registry.Path, failure.Message, StringComparison.Ordinal);
        Assert.Contains(member, failure.Message, StringComparison.Ordinal);
    }

    [UnixTheory]
    [InlineData(UnixFileMode.OtherWrite, "0602")]
    [InlineData(UnixFileMode.GroupWrite, "0620")]
    [UnsupportedOSPlatform("windows")]
    public async Task A_registry_that_others_can_write_is_refused_by_path_owner_and_mode(UnixFileMode open, string mode)
    {
        await registry.ChangeAsync("lab", _ => Memory("lab"), CancellationToken.None);
        File.SetUnixFileMode(registry.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | open);

        var failure = Assert.Throws<FileNotTrustedException>(() => registry.Find("lab"));
        await Assert.ThrowsAsync<FileNotTrustedException>(() => registry.ChangeAsync("lab", _ => null, CancellationToken.None));

        Assert.Equal((registry.Path, mode), (failure.Path, failure.Mode));
        Assert.Contains("owner ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("mode " + mode, failure.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void A_program_in_a_folder_that_others_can_write_is_refused_and_one_under_a_link_too()
    {
        var open = Directory.CreateDirectory(folder.File("open")).FullName;
        var script = Program(Path.Combine(open, "run.sh"));
        var link = folder.File("link.sh");
        File.CreateSymbolicLink(link, script);
        new RegisteredCommand([script], "StopCommand").RequireTrusted();
        new RegisteredCommand([link], "StopCommand").RequireTrusted();

        File.SetUnixFileMode(open, (UnixFileMode)0b111_111_111);

        Assert.Equal(open, Assert.Throws<FileNotTrustedException>(() => new RegisteredCommand([script], "StopCommand").RequireTrusted()).Path);
        Assert.Equal(open, Assert.Throws<FileNotTrustedException>(() => new RegisteredCommand([link], "StopCommand").RequireTrusted()).Path);
        Assert.Equal(open, Assert.Throws<FileNotTrustedException>(() => new RegisteredCommand(["/bin/sh", script], "StopCommand").RequireTrusted()).Path);
        File.SetUnixFileMode(open, (UnixFileMode)0b1_111_111_111);
        new RegisteredCommand([script], "StopCommand").RequireTrusted();
    }

    [RootFact]
    [UnsupportedOSPlatform("windows")]
    public void A_program_of_another_account_is_refused()
    {
        var script = Program(folder.File("run.sh"));
        using var chown = System.Diagnostics.Process.Start("chown", ["4321", script])!;
        chown.WaitForExit();

        var failure = Assert.Throws<FileNotTrustedException>(() => new RegisteredCommand([script], "StopCommand").RequireTrusted());

        Assert.Equal((4321, script), (failure.Owner, failure.Path));
    }

    [Fact]
    public void A_name_is_never_read_as_a_kind_or_an_address() => Gen.String.Sample(text =>
    {
        if (text.Length > 0 && !text.Contains('\0') && IsAccepted(text))
        {
            Assert.Throws<ConfigException>(() => GatewayReference.Parse(text));
        }
    });

    [Fact]
    public void A_reference_reads_back_and_a_failure_does_not_repeat_the_text() => Gen.String[Gen.Char.AlphaNumeric, 20, 60].Sample(text =>
    {
        Assert.Equal("vault:v/" + text, SecretReference.Parse(" vault : v/" + text).ToString());
        Assert.DoesNotContain(text, Assert.Throws<ConfigException>(() => SecretReference.Parse(text)).Message, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("env:PATH")]
    [InlineData("file:relative")]
    [InlineData("vault:only")]
    [InlineData("vault:/n")]
    [InlineData("keyvault:v/")]
    [InlineData("")]
    public void What_is_no_reference_is_refused(string text) => Assert.Throws<ConfigException>(() => SecretReference.Parse(text));

    private static bool IsAccepted(string name)
    {
        try
        {
            GatewayRegistry.RequireName(name);
            return true;
        }
        catch (ConfigException)
        {
            return false;
        }
    }

    private static RegisteredGateway Memory(string name) => new() { Name = name, Kind = "memory" };

    [UnsupportedOSPlatform("windows")]
    private static string Program(string path)
    {
        File.WriteAllText(path, "#!/bin/sh\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
