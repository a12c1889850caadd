using System;
using System.Linq;

namespace LightningOps.ApertureYaml.Check;

/// <summary>
/// The checks of Config.validate, setupLogging, getTLSConfig and Start on the top level (Aperture config.go,
/// aperture.go).
/// </summary>
internal sealed class ServerRules(ConfigFindings findings)
{
    private const long Second = 1_000_000_000;
    private const long DefaultInvoiceBatchSize = 100_000;

    private static readonly string[] LogLevels = { "trace", "debug", "info", "warn", "error", "critical", "off" };

    /// <summary>The loggers of Aperture's log.go, the same at v0.5.0 and after it.</summary>
    private static readonly string[] Subsystems = { "ADMN", "APER", "AUTH", "CHLL", "L402", "LNDC", "MINT", "MPAY", "PRXY" };

    public void Check(Section root)
    {
        CheckListenAddress(root);
        CheckTimes(root);
        CheckTransport(root);
        CheckLogging(root);
        CheckNumbers(root);
        CheckTor(root.Child("tor"));
        CheckPrometheus(root.Child("prometheus"));
        CheckBlocklist(root);
        new PortRules(findings).Check(root);
        if (root.Has("configfile"))
        {
            findings.Warn("setting_without_effect", "Aperture reads configfile from its command line only: remove it, or start Aperture with --configfile", root.At("configfile"), "configfile");
        }
    }

    private void CheckListenAddress(Section root)
    {
        var address = root.Text("listenaddr");
        if (address.Length == 0)
        {
            findings.Error("listenaddr_missing", "Aperture has no address to listen on and stops: set listenaddr, for example localhost:8081, or start it with --listenaddr", root.At("listenaddr"), "listenaddr");
        }
        else if (!HostPort.IsListenAddress(address))
        {
            findings.Error("address_invalid", "not an address to listen on, and Aperture stops: write host:port with an IP address or a name as host, in brackets if it is IPv6, and a port from 0 to 65535", root.At("listenaddr"), "listenaddr");
        }
    }

    private void CheckTimes(Section root)
    {
        foreach (var key in new[] { "idletimeout", "readtimeout", "writetimeout" })
        {
            if (root.Duration(key) < 0)
            {
                findings.Warn("timeout_negative", "a negative time means no limit: write 0s if that is intended", root.At(key), key);
            }
        }

        var ping = root.Duration("wspinginterval", 30 * Second);
        var pong = root.Duration("wspongwait", 15 * Second);
        if (ping < 0)
        {
            findings.Error("wspinginterval_negative", "wspinginterval must not be negative: write 0s to send no pings", root.At("wspinginterval"), "wspinginterval");
        }

        if (pong < 0)
        {
            findings.Error("wspongwait_negative", "wspongwait must not be negative", root.At("wspongwait"), "wspongwait");
        }
        else if (ping > 0 && pong >= ping && !root.IsBroken("wspongwait") && !root.IsBroken("wspinginterval"))
        {
            var key = root.Has("wspongwait") ? "wspongwait" : "wspinginterval";
            findings.Error("wspongwait_too_long", "wspongwait (15s unless set) must be less than wspinginterval (30s unless set): shorten the one or lengthen the other", root.At(key), key);
        }
    }

    private void CheckTransport(Section root)
    {
        if (root.Flag("servestatic") && string.IsNullOrWhiteSpace(root.Text("staticroot")))
        {
            findings.Error("staticroot_missing", "servestatic needs staticroot, the folder that contains index.html: set it, or set servestatic to false", root.At("servestatic"), "servestatic");
        }

        if (!root.Flag("autocert"))
        {
            return;
        }

        if (root.Flag("insecure"))
        {
            findings.Warn("autocert_ignored", "insecure turns TLS off, and autocert does nothing: remove one of them", root.At("autocert"), "autocert");
        }
        else if (root.Text("servername").Length == 0)
        {
            findings.Error("servername_missing", "autocert needs servername, the fully qualified name to get a certificate for: set it, or set autocert to false", root.At("autocert"), "autocert");
        }
    }

    private void CheckLogging(Section root)
    {
        var level = root.Text("debuglevel");
        if (level.Length > 0 && !IsDebugLevel(level))
        {
            findings.Error("debuglevel_unknown", "not a log level, and Aperture stops: write one of " + string.Join(", ", LogLevels) + ", then SUBSYSTEM=level pairs with commas and no blanks; the subsystems are " + string.Join(", ", Subsystems), root.At("debuglevel"), "debuglevel");
        }

        var file = root.Child("logging").Child("file");
        if (root.IsNull("logging") || root.Child("logging").IsNull("file"))
        {
            findings.Error("logging_empty", "an empty section removes the log's defaults, and Aperture stops without a compressor: remove the key or set its members", root.At("logging"), root.IsNull("logging") ? "logging" : "logging.file");
        }
        else if (file.Text("compressor", "gzip") is not ("gzip" or "zstd"))
        {
            findings.Error("log_compressor_unknown", "not a log compressor: write gzip or zstd", file.At("compressor"), file.GetPath("compressor"));
        }
    }

    private void CheckNumbers(Section root)
    {
        if (root.Number("invoicebatchsize", DefaultInvoiceBatchSize) <= 0)
        {
            findings.Error("invoicebatchsize_not_positive", "invoicebatchsize must be greater than 0; leave it out for 100000", root.At("invoicebatchsize"), "invoicebatchsize");
        }

        if (root.Number("profile") is > 0 and < 1024)
        {
            findings.Error("profile_port_reserved", "the profile port must be from 1024 to 65535; 0 turns profiling off", root.At("profile"), "profile");
        }
    }

    private void CheckTor(Section tor)
    {
        if (!tor.Flag("v3"))
        {
            return;
        }

        if (tor.Text("control").Length == 0)
        {
            findings.Error("tor_control_missing", "an onion service needs tor.control, the host:port of Tor's control: set it, or set v3 to false", tor.At("v3"), tor.GetPath("control"));
        }

        foreach (var key in new[] { "listenport", "virtualport" })
        {
            if (tor.Number(key) == 0 && !tor.IsBroken(key))
            {
                findings.Error("tor_port_missing", "Tor refuses an onion service without tor." + key + ", and Aperture stops: set it", tor.At(key), tor.GetPath(key));
            }
        }
    }

    private void CheckPrometheus(Section prometheus)
    {
        if (!prometheus.Flag("enabled"))
        {
            return;
        }

        var address = prometheus.Text("listenaddr");
        if (address.Length == 0)
        {
            findings.Warn("prometheus_address_missing", "without prometheus.listenaddr the metrics are served on port 80 of every interface: set it, for example localhost:9000", prometheus.At("enabled"), prometheus.GetPath("listenaddr"));
        }
        else if (!HostPort.IsListenAddress(address))
        {
            findings.Warn("prometheus_address_invalid", "not an address to listen on, and Aperture continues without metrics: write host:port", prometheus.At("listenaddr"), prometheus.GetPath("listenaddr"));
        }
    }

    private void CheckBlocklist(Section root)
    {
        foreach (var item in root.Texts("blocklist"))
        {
            if (!GoAddress.IsIP(item.Text))
            {
                findings.Warn("blocklist_not_ip", "not an IP address, and Aperture skips it without blocking anything: write one address; networks are not supported", item.Position, item.Path);
            }
        }
    }

    private static bool IsDebugLevel(string level)
    {
        var parts = level.Split(',');
        return parts.Select((part, index) => (part, index)).All(item =>
        {
            var pair = item.part.Split('=');
            return pair.Length == 2 ? Subsystems.Contains(pair[0], StringComparer.Ordinal) && LogLevels.Contains(pair[1], StringComparer.Ordinal) : pair.Length == 1 && item.index == 0 && LogLevels.Contains(pair[0], StringComparer.Ordinal);
        });
    }
}
