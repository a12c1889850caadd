using System;
using System.Collections.Generic;

namespace LightningOps.ApertureYaml.Check;

/// <summary>
/// Files, folders and servers that Aperture needs when it starts, as one warning. A check of the text cannot see them
/// (Aperture aperture.go, challenger/wavelength.go, aperturedb).
/// </summary>
internal sealed class MachineRules(ConfigFindings findings)
{
    public void Check(Section root)
    {
        var needs = new List<string>();
        AddNode(root, root.Child("authenticator"), needs);
        AddDatabase(root, needs);
        AddServer(root, needs);
        if (needs.Count > 0)
        {
            findings.Warn(
                "needed_at_start",
                "must hold where Aperture runs, which stops otherwise, and is not checked here: " + string.Join("; ", needs),
                root.At("authenticator"));
        }
    }

    private void AddNode(Section root, Section authenticator, List<string> needs)
    {
        if (authenticator.Flag("disable"))
        {
            return;
        }

        var host = authenticator.Text("lndhost");
        if (host.Length > 0)
        {
            if (authenticator.Text("tlspath").Length > 0 && authenticator.Text("macdir").Length > 0)
            {
                needs.Add("the files " + authenticator.Text("tlspath") + " and invoice.macaroon in " + authenticator.Text("macdir") + " can be read");
            }

            if (root.Flag("strictverify") || (root.Child("admin").Flag("enabled") && BackendRules.GetBackend(root) != "etcd"))
            {
                needs.Add("lnd answers at " + host + ", because strictverify or the admin API is on");
            }
        }
        else if (authenticator.Text("passphrase").Length > 0)
        {
            needs.Add("the node of the passphrase answers within 10 seconds");
        }

        if ((findings.Versions & ApertureVersions.Main) != ApertureVersions.None && authenticator.Text("wavelengthgateway").Length > 0
            && authenticator.Text("wavelengthmacaroonpath") is { Length: > 0 } macaroon)
        {
            needs.Add("the file " + macaroon + " can be read and is a macaroon");
        }
    }

    private static void AddDatabase(Section root, List<string> needs)
    {
        switch (BackendRules.GetBackend(root))
        {
            case "sqlite":
                var sqlite = root.Child("sqlite");
                var file = sqlite.Text("databasefilename");
                if (file.IndexOfAny(['/', '\\']) >= 0)
                {
                    needs.Add("the folder of the database " + file + " exists and can be written");
                }
                else if (file.Length == 0 && !sqlite.Has("databasefilename") && !root.IsNull("sqlite") && root.Text("basedir").Length > 0)
                {
                    needs.Add("the default folder of Aperture in the account's home directory exists, where its database is regardless of basedir");
                }

                break;
            case "postgres" when !root.Child("postgres").Flag("skipmigrations"):
                needs.Add("PostgreSQL answers at " + root.Child("postgres").Text("host"));
                break;
            case "etcd" when root.Child("etcd") is var etcd && etcd.Text("user").Length > 0 && etcd.Text("password").Length > 0:
                needs.Add("etcd answers at " + etcd.Text("host"));
                break;
        }
    }

    private static void AddServer(Section root, List<string> needs)
    {
        var address = root.Text("listenaddr");
        if (HostPort.IsListenAddress(address) && address.Substring(address.LastIndexOf(':') + 1) is var port && GoAddress.IsUnknownPortName(port))
        {
            needs.Add("/etc/services names the port " + port);
        }

        if (root.Child("tor") is var tor && tor.Flag("v3") && tor.Text("control") is { Length: > 0 } control)
        {
            needs.Add("Tor answers at " + control);
        }

        if (root.Child("admin") is var admin && admin.Flag("enabled") && BackendRules.GetBackend(root) != "etcd" && admin.Text("macaroonpath") is { Length: > 0 } macaroon)
        {
            needs.Add("the admin macaroon " + macaroon + " and the root key beside it can be written");
        }

        if (!root.Flag("insecure") && !root.Flag("autocert") && root.Text("servername") is { Length: > 0 } name && !IsCertificateName(name))
        {
            needs.Add("tls.cert and tls.key exist, because Aperture cannot make a certificate for the servername " + name);
        }
    }

    /// <summary>Go writes no other names into a certificate, and reads none back.</summary>
    private static bool IsCertificateName(string name)
    {
        foreach (var character in name)
        {
            if (character > '\x7f')
            {
                return false;
            }
        }

        return name.Length <= 253 && !name.EndsWith(".", StringComparison.Ordinal);
    }
}
