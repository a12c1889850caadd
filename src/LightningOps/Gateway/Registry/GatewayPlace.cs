using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.ApertureAdmin;

namespace LightningOps.Gateway.Registry;

/// <summary>Names a gateway in a question: its registered name, its address, and the Bitcoin network of its node.</summary>
public static class GatewayPlace
{
    private const string NotKnown = "not known";

    /// <summary>Name, address and network. The network of the registration and of the aperture.yaml are shown with their source.</summary>
    /// <param name="name">Name of the gateway, <c>file:/etc/aperture/aperture.yaml</c> for example.</param>
    /// <param name="registered">The registration it was opened from; null if the caller gave its address.</param>
    /// <param name="all">Registrations to search for one with the same address.</param>
    public static string Describe(string name, RegisteredGateway? registered, IReadOnlyList<RegisteredGateway> all)
    {
        var found = registered ?? all.FirstOrDefault(gateway => string.Equals(Normalize(gateway.Place), Normalize(name), StringComparison.Ordinal));
        return "gateway " + (found is null ? name : found.Name + " (" + found.Place + ")") + ", network " + FindNetwork(name, found?.Network);
    }

    private static string FindNetwork(string name, string? registered)
    {
        var isSimulated = name.StartsWith("memory", StringComparison.Ordinal) || name.StartsWith("loopback", StringComparison.Ordinal);
        var written = isSimulated ? null : FindWritten(name);
        return (registered, written) switch
        {
            (null, null) => isSimulated ? "simulated" : NotKnown,
            (null, _) => written + " by its file",
            (_, null) => registered + " as registered",
            _ when registered == written => registered + " as registered and by its file",
            _ => registered + " as registered, but " + written + " by its file",
        };
    }

    /// <summary>The network in an aperture.yaml; null if it cannot be read or states none, which does not prevent the question.</summary>
    private static string? FindWritten(string name)
    {
        const string prefix = "file:";
        var path = name.StartsWith(prefix, StringComparison.Ordinal) ? name.Substring(prefix.Length) : null;
        try
        {
            return path is not null && File.Exists(path) ? LiveFile.Read(path).Network : null;
        }
        catch (Exception failure) when (failure is LightningOpsException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Normalize(string place) => place.StartsWith(ApertureAdminGateway.NamePrefix, StringComparison.Ordinal) ? "admin:" + place.Substring(ApertureAdminGateway.NamePrefix.Length) : place;
}
