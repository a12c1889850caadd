using System.Collections.Generic;
using LightningOps.ApertureYaml.Check;

namespace LightningOps.ApertureYaml.Edit;

/// <summary>
/// Requirements of services on the rest of the file, which may come after them. They are collected while services are
/// read and checked at the end.
/// </summary>
internal sealed class ServiceSurroundings(ConfigFindings findings)
{
    private const int MaxNoted = 1_001;

    private readonly List<(TextPosition Position, string Path)> mpp = new();
    private readonly List<(TextPosition Position, string Path)> reserved = new();

    public void Add(Section service)
    {
        if (service.Text("authscheme") is "mpp" or "l402+mpp" or "mpp+l402")
        {
            Add(mpp, service, "authscheme");
        }

        if (reserved.Count < MaxNoted && !service.IsBroken("pathregexp") && ReservedPathExpressions.AreMatchedBy(service.Text("pathregexp")))
        {
            Add(reserved, service, "pathregexp");
        }
    }

    public void Check(Section root, int services)
    {
        var hasAdmin = root.Child("admin").Flag("enabled") && BackendRules.GetBackend(root) != "etcd";
        if (!root.Child("authenticator").Flag("enablempp"))
        {
            foreach (var (position, path) in mpp)
            {
                findings.Warn("authscheme_needs_mpp", "without authenticator.enablempp the service still requires L402: set enablempp to true, or remove the scheme", position, path);
            }
        }

        if (hasAdmin)
        {
            foreach (var (position, path) in reserved)
            {
                findings.Warn("path_reserved", "the service matches paths of the admin API or its dashboard (/api/admin/, /api/proxy/, /_next/), and the API refuses to change such a service: narrow pathregexp", position, path);
            }
        }

        if (services == 0 && !root.IsBroken("services"))
        {
            CheckNone(root, hasAdmin);
        }
    }

    private void CheckNone(Section root, bool hasAdmin)
    {
        if (hasAdmin)
        {
            findings.Info("services_missing", "the file lists no services: Aperture has only the services from its admin API", root.At("services"), "services");
        }
        else
        {
            findings.Warn("services_missing", "the file lists no services, so Aperture sells nothing: add services, or splice in a compiled artifact", root.At("services"), "services");
        }
    }

    private static void Add(List<(TextPosition Position, string Path)> noted, Section service, string key)
    {
        if (noted.Count < MaxNoted)
        {
            noted.Add((service.At(key), service.GetPath(key)));
        }
    }
}
