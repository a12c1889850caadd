using System.Linq;
using System;
using LightningOps.ApertureYaml;
using Xunit;

namespace LightningOps.Tests.ApertureYaml;

/// <summary>The rules of Config.validate, AuthConfig.validate, Start, createProxy and setupLogging.</summary>
public sealed class ApertureConfigServerRuleTests
{
    [Theory]
    [InlineData("listenaddr: \"\"\n", "Error listenaddr_missing listenaddr")]
    [InlineData("listenaddr: localhost\n", "Error address_invalid listenaddr")]
    [InlineData("listenaddr: localhost:70000\n", "Error address_invalid listenaddr")]
    [InlineData("listenaddr: ::1:8081\n", "Error address_invalid listenaddr")]
    [InlineData("listenaddr: \"[::1]:8081\"\n", null)]
    [InlineData("listenaddr: \":8081\"\n", null)]
    [InlineData("listenaddr: localhost:http\n", null)]
    [InlineData("listenaddr: localhost:80a\n", "Error address_invalid listenaddr")]
    [InlineData("listenaddr: '*:8081'\n", "Error address_invalid listenaddr")]
    [InlineData("listenaddr: 256.0.0.1:8081\n", "Error address_invalid listenaddr")]
    [InlineData("listenaddr: 'my host:8081'\n", "Error address_invalid listenaddr")]
    [InlineData("listenaddr: '[fe80::1%eth0]:8081'\n", null)]
    [InlineData("configfile: /etc/aperture.yaml\n", "Warn setting_without_effect configfile")]
    [InlineData("prometheus: {enabled: true, listenaddr: '127.0.0.1:8081'}\n", "Error port_used_twice prometheus.listenaddr")]
    [InlineData("prometheus: {enabled: true, listenaddr: '0.0.0.0:8081'}\n", "Error port_used_twice prometheus.listenaddr")]
    [InlineData("prometheus: {enabled: true, listenaddr: '192.0.2.7:8081'}\n", null)]
    [InlineData("prometheus: {enabled: false, listenaddr: 'localhost:8081'}\n", null)]
    [InlineData("profile: 8081\n", "Error port_used_twice profile")]
    [InlineData("tor: {v3: true, control: 'localhost:9051', listenport: 8081, virtualport: 80}\n", "Error port_used_twice tor.listenport")]
    [InlineData("wspinginterval: 10s\n", "Error wspongwait_too_long wspinginterval")]
    [InlineData("wspongwait: 30s\n", "Error wspongwait_too_long wspongwait")]
    [InlineData("wspinginterval: 10s\nwspongwait: 9999ms\n", null)]
    [InlineData("wspinginterval: 0s\nwspongwait: 1h\n", null)]
    [InlineData("wspinginterval: -1s\n", "Error wspinginterval_negative wspinginterval")]
    [InlineData("wspongwait: -1s\n", "Error wspongwait_negative wspongwait")]
    [InlineData("readtimeout: -1s\n", "Warn timeout_negative readtimeout")]
    [InlineData("invoicebatchsize: 0\n", "Error invoicebatchsize_not_positive invoicebatchsize")]
    [InlineData("profile: 1023\n", "Error profile_port_reserved profile")]
    [InlineData("profile: 0\n", null)]
    [InlineData("servestatic: true\n", "Error staticroot_missing servestatic")]
    [InlineData("servestatic: true\nstaticroot: ' '\n", "Error staticroot_missing servestatic")]
    [InlineData("autocert: true\n", "Error servername_missing autocert")]
    [InlineData("autocert: true\nservername: a.example\n", null)]
    [InlineData("autocert: true\ninsecure: true\n", "Warn autocert_ignored autocert")]
    [InlineData("debuglevel: verbose\n", "Error debuglevel_unknown debuglevel")]
    [InlineData("debuglevel: info,PRXY=trace\n", null)]
    [InlineData("debuglevel: PRXY=loud\n", "Error debuglevel_unknown debuglevel")]
    [InlineData("debuglevel: info,debug\n", "Error debuglevel_unknown debuglevel")]
    [InlineData("debuglevel: XXXX=info\n", "Error debuglevel_unknown debuglevel")]
    [InlineData("debuglevel: prxy=info\n", "Error debuglevel_unknown debuglevel")]
    [InlineData("debuglevel: 'info, PRXY=trace'\n", "Error debuglevel_unknown debuglevel")]
    [InlineData("logging:\n", "Error logging_empty logging")]
    [InlineData("logging: {file: {compressor: lz4}}\n", "Error log_compressor_unknown logging.file.compressor")]
    [InlineData("blocklist: [10.0.0.0/8]\n", "Warn blocklist_not_ip blocklist[0]")]
    [InlineData("blocklist: ['::1', 10.0.0.1, '::ffff:10.0.0.1']\n", null)]
    [InlineData("blocklist: [10.0.1]\n", "Warn blocklist_not_ip blocklist[0]")]
    [InlineData("blocklist: [010.0.0.1]\n", "Warn blocklist_not_ip blocklist[0]")]
    [InlineData("blocklist: ['[::1]']\n", "Warn blocklist_not_ip blocklist[0]")]
    [InlineData("blocklist: ['fe80::1%eth0']\n", "Warn blocklist_not_ip blocklist[0]")]
    [InlineData("tor: {v3: true, listenport: 1, virtualport: 1}\n", "Error tor_control_missing tor.control")]
    [InlineData("tor: {v3: true, control: 'localhost:9051', listenport: 1}\n", "Error tor_port_missing tor.virtualport")]
    [InlineData("tor: {v3: false}\n", null)]
    [InlineData("prometheus: {enabled: true}\n", "Warn prometheus_address_missing prometheus.listenaddr")]
    [InlineData("prometheus: {enabled: true, listenaddr: here}\n", "Warn prometheus_address_invalid prometheus.listenaddr")]
    [InlineData("hashmail: {enabled: true}\n", null)]
    [InlineData("dbbackend: mysql\n", "Error dbbackend_unknown dbbackend")]
    [InlineData("dbbackend: etcd\n", "Warn etcd_host_missing etcd.host")]
    [InlineData("dbbackend: etcd\netcd: {host: 'localhost:2379'}\nadmin: {enabled: true}\n", "Warn admin_needs_sql admin.enabled")]
    [InlineData("dbbackend: postgres\npostgres: {host: x, dbname: x}\n", "Error postgres_port_missing postgres.port")]
    [InlineData("dbbackend: postgres\npostgres: {host: x, port: 5432, dbname: x, password: 'a/b'}\n", "Error postgres_not_escaped postgres.password")]
    [InlineData("dbbackend: postgres\npostgres: {host: 'x y', port: 5432, dbname: x}\n", "Error postgres_not_escaped postgres.host")]
    [InlineData("dbbackend: postgres\npostgres: {host: x, port: 5432, dbname: x, password: 'a%2Fb'}\n", null)]
    [InlineData("dbbackend: postgres\npostgres: {port: 5432, dbname: x}\n", "Warn postgres_host_missing postgres.host")]
    [InlineData("dbbackend: postgres\npostgres: {host: x, port: 5432}\n", "Warn postgres_dbname_missing postgres.dbname")]
    [InlineData("sqlite: {databasefilename: ''}\n", "Warn sqlite_file_missing sqlite")]
    [InlineData("sqlite:\n", "Warn sqlite_file_missing sqlite")]
    [InlineData("sqlite: {skipmigrations: true}\n", "Warn skipmigrations sqlite.skipmigrations")]
    public void The_top_level_is_checked_as_at_start_up(string yaml, string? expected)
    {
        Assert.Equal(expected is null ? Array.Empty<string>() : new[] { expected }, ConfigBuilder.WithSettings(yaml));
    }

    [Theory]
    [InlineData("lndhost: 'l:1', tlspath: /l/tls.cert, macdir: /l", "", "the files /l/tls.cert and invoice.macaroon in /l can be read")]
    [InlineData("lndhost: 'l:1', tlspath: /l/tls.cert, macdir: /l", "strictverify: true\n", "lnd answers at l:1")]
    [InlineData("lndhost: 'l:1', tlspath: /l/tls.cert, macdir: /l", "admin: {enabled: true}\n", "lnd answers at l:1")]
    [InlineData("lndhost: 'l:1', tlspath: /l/tls.cert, macdir: /l", "sqlite: {databasefilename: /data/a.db}\n", "the folder of the database /data/a.db exists and can be written")]
    [InlineData("lndhost: 'l:1', tlspath: /l/tls.cert, macdir: /l", "basedir: /b\n", "where its database is regardless of basedir")]
    [InlineData("lndhost: 'l:1', tlspath: /l/tls.cert, macdir: /l", "tor: {v3: true, control: 't:9051', listenport: 1, virtualport: 2}\n", "Tor answers at t:9051")]
    [InlineData("lndhost: 'l:1', tlspath: /l/tls.cert, macdir: /l", "admin: {enabled: true, macaroonpath: /m/admin.macaroon}\n", "the admin macaroon /m/admin.macaroon")]
    [InlineData("lndhost: 'l:1', tlspath: /l/tls.cert, macdir: /l", "servername: m\u00fcnchen.example\n", "tls.cert and tls.key exist")]
    [InlineData("passphrase: a b c d e f g h i j, network: mainnet", "", "the node of the passphrase answers within 10 seconds")]
    [InlineData("wavelengthgateway: 'http://w:1', wavelengthmacaroonpath: /w/admin.macaroon", "", "the file /w/admin.macaroon can be read and is a macaroon")]
    public void What_the_machine_must_have_is_one_warning(string authenticator, string settings, string expected)
    {
        var report = ApertureConfigCheck.Check("listenaddr: localhost:8081\nauthenticator: {" + authenticator + "}\ndbbackend: sqlite\n" + settings + "services:\n" + ConfigBuilder.Service, ApertureVersions.Main);
        var found = Assert.Single(report.Diagnostics, static diagnostic => diagnostic.Code == "needed_at_start");

        Assert.Equal(DiagnosticSeverity.Warn, found.Severity);
        Assert.Contains("where Aperture runs", found.Message, StringComparison.Ordinal);
        Assert.Contains(expected, found.Message, StringComparison.Ordinal);
        Assert.True(report.Starts);
    }

    [Fact]
    public void A_name_of_a_port_that_Go_does_not_know_must_be_known_to_the_machine() =>
        Assert.Contains(ApertureConfigCheck.Check("listenaddr: localhost:lightning\nauthenticator: {disable: true}\ndbbackend: sqlite\n").Diagnostics, static found => found.Code == "needed_at_start" && found.Message.Contains("/etc/services names the port lightning", StringComparison.Ordinal));

    [Fact]
    public void A_file_that_needs_nothing_of_the_machine_is_not_warned_of() =>
        Assert.DoesNotContain(ApertureConfigCheck.Check("listenaddr: localhost:8081\nauthenticator: {disable: true}\ndbbackend: sqlite\n").Diagnostics, static found => found.Code == "needed_at_start");

    [Fact]
    public void Without_dbbackend_Aperture_takes_etcd()
    {
        Assert.Equal(
            new[] { "Error dbbackend_missing dbbackend" },
            ConfigBuilder.Check("listenaddr: localhost:8081\nauthenticator: {lndhost: x, tlspath: y, macdir: z}\nservices:\n" + ConfigBuilder.Service));
    }

    [Theory]
    [InlineData("", "Error authenticator_missing authenticator.lndhost")]
    [InlineData("disable: true, enablesessions: true", "Error authenticator_disabled authenticator.disable")]
    [InlineData("lndhost: x, tlspath: y, macdir: z", null)]
    [InlineData("lndhost: x, macdir: z", "Error tlspath_missing authenticator.tlspath")]
    [InlineData("lndhost: x, tlspath: y", "Error macdir_missing authenticator.macdir")]
    [InlineData("lndhost: x, tlspath: y, macdir: z, passphrase: p", "Error authenticator_conflict authenticator.passphrase")]
    [InlineData("lndhost: x, tlspath: y, macdir: z, enablesessions: true", "Error sessions_need_mpp authenticator.enablesessions")]
    [InlineData("lndhost: x, tlspath: y, macdir: z, enablesessions: true, enablempp: true", null)]
    [InlineData("lndhost: x, tlspath: y, macdir: z, network: bitcoin", "Warn network_unknown authenticator.network")]
    [InlineData("passphrase: a b c d e f g h i j, network: mainnet", null)]
    [InlineData("passphrase: a b c, network: mainnet", "Error passphrase_words authenticator.passphrase")]
    [InlineData("passphrase: a b c d e f g h i j", "Error network_missing authenticator.network")]
    public void The_authenticator_is_checked_as_at_start_up(string members, string? expected)
    {
        Assert.Equal(expected is null ? Array.Empty<string>() : new[] { expected }, ConfigBuilder.WithAuthenticator(members));
    }

    [Theory]
    [InlineData("wavelengthgateway: 'http://localhost:10061'", null)]
    [InlineData("wavelengthgateway: 'localhost:10061'", "wavelengthgateway_invalid")]
    [InlineData("wavelengthgateway: 'http://:10061'", null)]
    [InlineData("wavelengthgateway: 'http://x '", "wavelengthgateway_invalid")]
    [InlineData("wavelengthgateway: 'http://x/%zz'", "wavelengthgateway_invalid")]
    [InlineData("wavelengthgateway: 'http://x', lndhost: y", "authenticator_conflict")]
    public void Wavelength_is_known_after_v0_5_0_only(string members, string? expected)
    {
        var yaml = "listenaddr: localhost:8081\nauthenticator: {" + members + "}\ndbbackend: sqlite\nservices:\n" + ConfigBuilder.Service;

        Assert.Equal(
            expected is null ? Array.Empty<string>() : new[] { expected },
            ApertureConfigCheck.Check(yaml, ApertureVersions.Main).Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error).Select(found => found.Code));
        Assert.DoesNotContain(ApertureConfigCheck.Check(yaml, ApertureVersions.V050).Diagnostics, found => found.Code == expected);
        Assert.False(ApertureConfigCheck.Check(yaml, ApertureVersions.V050).Starts);
    }

    [Theory]
    [InlineData("passphrase: a b c d e f g h i j, network: mainnet", "Error lnc_needs_sql authenticator.passphrase")]
    [InlineData("lndhost: x, tlspath: y, macdir: z, enablempp: true", "Error mpp_needs_sql authenticator.enablempp")]
    public void Some_authenticators_need_a_SQL_database(string members, string expected)
    {
        Assert.Equal(new[] { expected }, ConfigBuilder.WithAuthenticator(members, "dbbackend: etcd\netcd: {host: 'x:1'}\n"));
    }

    [Fact]
    public void A_Wavelength_wallet_without_a_macaroon_answers_only_when_it_asks_for_none() =>
        Assert.Contains(ApertureConfigCheck.Check("listenaddr: localhost:8081\nauthenticator: {wavelengthgateway: 'http://x'}\ndbbackend: sqlite\n", ApertureVersions.Main).Diagnostics, static found => found is { Code: "wavelength_macaroon_missing", Severity: DiagnosticSeverity.Warn });

    [Fact]
    public void Strict_verification_does_not_go_with_Wavelength()
    {
        Assert.Contains(
            "Error strictverify_unsupported strictverify",
            ConfigBuilder.WithAuthenticator("wavelengthgateway: 'http://x'", "dbbackend: sqlite\nstrictverify: true\n"));
    }
}
