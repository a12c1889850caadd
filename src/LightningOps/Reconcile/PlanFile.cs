using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LightningOps.Files;
using LightningOps.Json;

namespace LightningOps.Reconcile;

/// <summary>The file of a plan: <c>{"hash": …, "plan": …}</c>. The hash is that of the plan without white space.</summary>
public static class PlanFile
{
    private const string Prefix = "plan_";
    private static readonly string[] Members = ["hash", "plan"];
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    /// <summary>Writes a plan.</summary>
    /// <param name="path">The file; replaced atomically.</param>
    /// <param name="plan">The plan.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, L402Plan plan) =>
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(ArtifactJson.Serialize(new { plan.Hash, Plan = plan }, indented: true) + "\n"), restricted: plan.HasPrivateValues);

    /// <summary>Reads a plan.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="PlanFileException">The file is not a plan, or was changed afterwards.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static L402Plan Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(WithoutMark(File.ReadAllBytes(path)));
            if (!document.RootElement.EnumerateObject().Select(static member => member.Name).OrderBy(static name => name, StringComparer.Ordinal).SequenceEqual(Members))
            {
                throw document.RootElement.TryGetProperty("plan", out _)
                    ? new PlanFileException("plan_file_changed", path + " has other members than hash and plan, or one of them twice.", "Make the plan again with New-L402Plan; nothing was sent.")
                    : new JsonException();
            }

            var plan = document.RootElement.GetProperty("plan").Deserialize<L402Plan>(ArtifactJson.Options) ?? throw new JsonException();
            if (plan.Format != 1)
            {
                throw new PlanFileException("plan_format_unknown", path + " was made by a newer version of the module.", "Update the module, or make the plan again with New-L402Plan.");
            }

            // Any member that is not part of a plan is a change, too.
            return document.RootElement.GetProperty("hash").GetString() == plan.Hash && ComputeHash(document.RootElement.GetProperty("plan")) == plan.Hash
                ? plan
                : throw new PlanFileException("plan_file_changed", path + " was changed after the plan was made.", "Make the plan again with New-L402Plan; nothing was sent.");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or System.Collections.Generic.KeyNotFoundException or NotSupportedException)
        {
            throw new PlanFileException("plan_file_invalid", path + " is not a plan.", "Specify a file that New-L402Plan -OutFile wrote.", failure);
        }
    }

    // An editor may have put a byte order mark before it: the plan is the same.
    private static ReadOnlyMemory<byte> WithoutMark(byte[] bytes) => bytes.AsMemory(bytes.Length > Mark.Length && bytes.Take(Mark.Length).SequenceEqual(Mark) ? Mark.Length : 0);

    internal static string ComputeHash(L402Plan plan)
    {
        using var document = JsonDocument.Parse(ArtifactJson.Serialize(plan));
        return ComputeHash(document.RootElement);
    }

    private static string ComputeHash(JsonElement plan)
    {
        using var sha = SHA256.Create();
        return Prefix + string.Concat(sha.ComputeHash(JsonBytes.Write(plan.WriteTo)).Select(static octet => octet.ToString("x2", CultureInfo.InvariantCulture)));
    }
}

/// <summary>A file of a plan that cannot be applied (<c>PlanFileError</c>); nothing was sent.</summary>
public sealed class PlanFileException : LightningOpsException
{
    /// <summary>Creates the failure of one file.</summary>
    /// <param name="code">For example <c>plan_file_changed</c>.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="remedy">What to do.</param>
    /// <param name="inner">The cause.</param>
    public PlanFileException(string code, string message, string remedy, Exception? inner = null)
        : base("PlanFileError", code + ": " + message, remedy, inner) => Code = code;

    /// <summary>plan_file_invalid, plan_file_changed, plan_format_unknown, plan_of_another_gateway or plan_not_approved.</summary>
    public string Code { get; }
}
