using System;

namespace LightningOps.ApertureYaml.Check;

/// <summary>
/// The checks of AuthConfig.validate, Start and createProxy on the authenticator and the database (Aperture
/// config.go, aperture.go).
/// </summary>
internal sealed class BackendRules(ConfigFindings findings)
{
    private const string Authenticator = "authenticator";
    private const int PassphraseWords = 10;

    /// <summary>The versions to which the current rules apply.</summary>
    private ApertureVersions stops = ApertureVersions.All;

    public void Check(Section root)
    {
        CheckAuthenticator(root, root.Child(Authenticator));
        CheckDatabase(root);
        CheckAdmin(root);
    }

    /// <summary>The database Aperture opens; etcd if the file names none.</summary>
    public static string GetBackend(Section root) => root.Text("dbbackend", "etcd");

    /// <summary>
    /// Whether the admin API is on and may start. It does not start with etcd; a file that names neither a database nor an
    /// etcd may get one on the command line.
    /// </summary>
    public static bool HasAdminApi(Section root) =>
        root.Child("admin").Flag("enabled") && (GetBackend(root) != "etcd" || (!root.Has("dbbackend") && root.Child("etcd").Text("host").Length == 0));

    private void CheckAuthenticator(Section root, Section authenticator)
    {
        if (authenticator.Flag("enablempp") && GetBackend(root) == "etcd" && (findings.Versions & ApertureVersions.Main) != ApertureVersions.None)
        {
            // v0.5.0 starts, and keeps no record of spent payments with any database.
            stops = ApertureVersions.Main;
            Error(authenticator, "mpp_needs_sql", "enablempp", "after v0.5.0 enablempp needs a database that records spent payments: set dbbackend to sqlite or postgres");
            stops = ApertureVersions.All;
        }

        foreach (var key in new[] { "sessiondepositmultiplier", "sessionidletimeout" })
        {
            if (authenticator.Has(key))
            {
                findings.Warn("setting_without_effect", "Aperture reads " + key + " from its command line only, and uses " + (key == "sessionidletimeout" ? "300" : "20") + " regardless of the file: start it with --authenticator." + key, authenticator.At(key), authenticator.GetPath(key));
            }
        }

        if (authenticator.Flag("disable") || root.IsBroken(Authenticator) || authenticator.IsBroken("disable"))
        {
            return;
        }

        if (authenticator.Flag("enablesessions") && !authenticator.Flag("enablempp"))
        {
            Error(authenticator, "sessions_need_mpp", "enablesessions", "enablesessions needs enablempp: set it to true as well");
        }

        CheckNetwork(authenticator);
        var hasWavelength = authenticator.Text("wavelengthgateway").Length > 0;
        if (hasWavelength && (findings.Versions & ApertureVersions.Main) != ApertureVersions.None)
        {
            CheckWavelength(root, authenticator);
        }

        if (!hasWavelength || (findings.Versions & ApertureVersions.V050) != ApertureVersions.None)
        {
            // v0.5.0 does not know wavelengthgateway.
            stops = hasWavelength ? ApertureVersions.V050 : ApertureVersions.All;
            CheckNode(root, authenticator, hasWavelength);
            stops = ApertureVersions.All;
        }
    }

    private void CheckNode(Section root, Section authenticator, bool hasWavelength)
    {
        if (authenticator.Text("lndhost").Length > 0)
        {
            CheckLnd(authenticator);
        }
        else if (authenticator.Text("passphrase").Length > 0)
        {
            CheckLnc(root, authenticator);
        }
        else if (hasWavelength)
        {
            Error(authenticator, "wavelength_needs_main", "wavelengthgateway", "Aperture v0.5.0 does not know wavelengthgateway and stops, because nothing creates its invoices: use a later version and check with -ApertureVersion main, or set lndhost with tlspath and macdir");
        }
        else
        {
            Error(authenticator, "authenticator_missing", "lndhost", "no source of invoices is set, and Aperture stops: set lndhost with tlspath and macdir, passphrase with network, or wavelengthgateway; or set disable to true");
        }
    }

    private void CheckNetwork(Section authenticator)
    {
        if (authenticator.Text("network") is not ("" or "regtest" or "simnet" or "testnet" or "mainnet" or "signet"))
        {
            findings.Warn("network_unknown", "unknown network: write mainnet, testnet, signet, simnet or regtest", authenticator.At("network"), authenticator.GetPath("network"));
        }
    }

    private void CheckWavelength(Section root, Section authenticator)
    {
        stops = ApertureVersions.Main;
        foreach (var key in new[] { "lndhost", "passphrase" })
        {
            if (authenticator.Text(key).Length > 0)
            {
                Error(authenticator, "authenticator_conflict", key, key + " cannot be combined with wavelengthgateway: remove one of them");
            }
        }

        if (root.Flag("strictverify"))
        {
            findings.Error("strictverify_unsupported", "strictverify does not work with wavelengthgateway: set it to false", root.At("strictverify"), "strictverify", stops: stops);
        }

        if (GoUrl.TryParse(authenticator.Text("wavelengthgateway")) is not { Scheme: "http" or "https", Host.Length: > 0 })
        {
            Error(authenticator, "wavelengthgateway_invalid", "wavelengthgateway", "wavelengthgateway must be a URL with http or https and a host, for example http://localhost:10061");
        }

        if (authenticator.Text("wavelengthmacaroonpath").Length == 0 && !authenticator.IsBroken("wavelengthmacaroonpath"))
        {
            findings.Warn("wavelength_macaroon_missing", "without wavelengthmacaroonpath requests for invoices carry no credential, and only a wallet started with rpc.no-macaroons answers them: set it", authenticator.At("wavelengthgateway"), authenticator.GetPath("wavelengthmacaroonpath"));
        }
    }

    private void CheckLnd(Section authenticator)
    {
        if (authenticator.Text("passphrase").Length > 0)
        {
            Error(authenticator, "authenticator_conflict", "passphrase", "passphrase cannot be combined with lndhost: remove one of them");
        }

        foreach (var key in new[] { "tlspath", "macdir" })
        {
            if (authenticator.Text(key).Length == 0 && !authenticator.IsBroken(key))
            {
                Error(authenticator, key + "_missing", "lndhost", "lndhost needs " + key + ": set it to " + (key == "macdir" ? "the directory of lnd's macaroons" : "the path of lnd's tls.cert"), key);
            }
        }
    }

    private void CheckLnc(Section root, Section authenticator)
    {
        if (authenticator.Text("network").Length == 0 && !authenticator.IsBroken("network"))
        {
            Error(authenticator, "network_missing", "passphrase", "passphrase needs network: set it, for example to mainnet", "network");
        }

        if (authenticator.Text("passphrase").Split(' ').Length != PassphraseWords)
        {
            Error(authenticator, "passphrase_words", "passphrase", "a passphrase of Lightning Node Connect has 10 words with one blank between them, and Aperture stops at any other: copy it again");
        }

        if (GetBackend(root) == "etcd")
        {
            Error(authenticator, "lnc_needs_sql", "passphrase", "a connection by passphrase cannot be stored in etcd, the default database: set dbbackend to sqlite or postgres");
        }
    }

    private void CheckDatabase(Section root)
    {
        switch (GetBackend(root))
        {
            case "etcd":
                if ((!root.Has("dbbackend") || root.IsNull("dbbackend")) && root.Child("etcd").Text("host").Length == 0)
                {
                    findings.Error("dbbackend_missing", "without dbbackend Aperture uses etcd, and each request to a paid service hangs without one: set dbbackend, for example to sqlite, or etcd.host", root.At("dbbackend"), "dbbackend", stops: ApertureVersions.None);
                    break;
                }

                WarnMissing(root, "etcd", "host", "etcd_host_missing", root.Has("dbbackend") ? "etcd needs etcd.host: set it" : "without dbbackend Aperture connects to etcd, and etcd.host is not set: set dbbackend, for example to sqlite, or etcd.host");
                break;
            case "postgres":
                if (!root.Has("postgres") || root.IsNull("postgres"))
                {
                    findings.Error("postgres_missing", "Aperture stops at dbbackend postgres without the section postgres: set its host, port, user, password and dbname", root.At("dbbackend"), "postgres");
                    break;
                }

                WarnMissing(root, "postgres", "host", "postgres_host_missing", "postgres needs postgres.host: set it");
                WarnMissing(root, "postgres", "dbname", "postgres_dbname_missing", "postgres needs postgres.dbname: set it");
                CheckPostgresAddress(root.Child("postgres"));
                break;
            case "sqlite":
                if (root.Child("sqlite").Flag("skipmigrations"))
                {
                    findings.Warn("skipmigrations", "with skipmigrations a new database has no tables, and each request to a paid service is answered 500: remove it unless the database exists", root.Child("sqlite").At("skipmigrations"), "sqlite.skipmigrations");
                }

                if (root.IsNull("sqlite") || root.Child("sqlite") is var sqlite && sqlite.Has("databasefilename") && !sqlite.IsNull("databasefilename") && sqlite.Text("databasefilename").Length == 0)
                {
                    findings.Warn("sqlite_file_missing", "an empty file name creates a temporary database, and sold credentials are lost at a restart: remove the key or set sqlite.databasefilename", root.At("sqlite"), "sqlite");
                }

                break;
            default:
                findings.Error("dbbackend_unknown", "unknown database: write sqlite, postgres or etcd", root.At("dbbackend"), "dbbackend");
                break;
        }
    }

    /// <summary>
    /// Aperture writes the settings unescaped into a URL and connects when it applies the migrations (aperturedb/postgres.go).
    /// Without migrations it starts, and every request that needs the database fails.
    /// </summary>
    private void CheckPostgresAddress(Section postgres)
    {
        var stopped = postgres.Flag("skipmigrations") ? ApertureVersions.None : ApertureVersions.All;
        if (postgres.Number("port") is < 1 or > ushort.MaxValue && !postgres.IsBroken("port"))
        {
            findings.Error("postgres_port_missing", "postgres has no default port, and Aperture cannot connect without one: set postgres.port, for example to 5432", postgres.At("port"), postgres.GetPath("port"), stops: stopped);
        }

        foreach (var key in new[] { "user", "password", "host", "dbname" })
        {
            if (!IsPartOfUrl(key, postgres.Text(key)))
            {
                findings.Error("postgres_not_escaped", "Aperture writes postgres." + key + " into a URL as it is, and cannot connect: percent-encode characters other than letters, digits and -._~, for example / as %2F, and put an IPv6 host in brackets", postgres.At(key), postgres.GetPath(key), stops: stopped);
            }
        }
    }

    private static bool IsPartOfUrl(string key, string text) => key switch
    {
        "host" => GoUrl.TryParse("postgres://" + text + ":1/") is { } url && url.Host.EndsWith(":1", StringComparison.Ordinal),
        "dbname" => GoUrl.TryParse("postgres://h:1/" + text) is not null,
        _ => GoUrl.IsUserInfo(text),
    };

    private void CheckAdmin(Section root)
    {
        if (root.Child("admin").Flag("enabled") && GetBackend(root) == "etcd")
        {
            findings.Warn("admin_needs_sql", "the admin API does not start with etcd, the default database: set dbbackend to sqlite or postgres", root.Child("admin").At("enabled"), "admin.enabled");
        }
    }

    private void WarnMissing(Section root, string section, string key, string code, string message)
    {
        if (root.Child(section).Text(key).Length == 0 && !root.Child(section).IsBroken(key))
        {
            findings.Warn(code, message, root.Has(section) ? root.At(section) : root.At("dbbackend"), section + "." + key);
        }
    }

    private void Error(Section section, string code, string at, string message, string? key = null) =>
        findings.Error(code, message, section.At(at), section.GetPath(key ?? at), stops: stops);
}
