using System.Collections.Generic;
using System.Text.Json;
using LightningOps.Paywalls;

namespace LightningOps.Compile;

/// <summary>Members of a policy that appear in the canonical JSON of a snapshot only if they are declared (docs/reference/compile.md#hashes).</summary>
internal static class SnapshotTerms
{
    /// <summary>Members that sort before <c>fixedAmountMsats</c>.</summary>
    public static void WriteBeforeAmount(Utf8JsonWriter writer, PaywallPolicy policy)
    {
        Write(writer, "authScheme", policy.AuthScheme);
        Write(writer, "capabilities", policy.Capabilities);
        Write(writer, "constraints", policy.Constraints);
        Write(writer, "credentialLifetimeSeconds", policy.CredentialLifetimeSeconds);
        if (policy.DynamicPrice is { } price)
        {
            writer.WriteStartObject("dynamicPrice");
            writer.WriteString("grpcAddress", price.GrpcAddress);
            Write(writer, "insecure", price.Insecure);
            Write(writer, "metered", price.Metered);
            Write(writer, "tlsCertificatePath", price.TlsCertificatePath);
            writer.WriteEndObject();
        }
    }

    /// <summary>Members that sort before <c>killSwitch</c>.</summary>
    public static void WriteBeforeKillSwitch(Utf8JsonWriter writer, PaywallPolicy policy)
    {
        Write(writer, "freebie", policy.Freebie);
        Write(writer, "headers", policy.Headers);
    }

    /// <summary>Members that sort after <c>pricingMode</c>.</summary>
    public static void WriteAfterPricingMode(Utf8JsonWriter writer, PaywallPolicy policy)
    {
        Write(writer, "quotaPerDayBurst", policy.QuotaPerDayBurst);
        Write(writer, "quotaPerMinuteBurst", policy.QuotaPerMinuteBurst);
        Write(writer, "skipInvoicePaths", policy.SkipInvoicePaths);
        Write(writer, "tlsCertificatePath", policy.TlsCertificatePath);
        Write(writer, "whitelistPaths", policy.WhitelistPaths);
    }

    private static void Write(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static void Write(Utf8JsonWriter writer, string name, long? number)
    {
        if (number is { } value)
        {
            writer.WriteNumber(name, value);
        }
    }

    private static void Write(Utf8JsonWriter writer, string name, bool? flag)
    {
        if (flag is { } value)
        {
            writer.WriteBoolean(name, value);
        }
    }

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<string>? texts)
    {
        if (texts is null)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyDictionary<string, string>? texts)
    {
        if (texts is null)
        {
            return;
        }

        writer.WriteStartObject(name);
        foreach (var text in PolicyMembers.Sort(texts))
        {
            writer.WriteString(text.Key, text.Value);
        }

        writer.WriteEndObject();
    }
}
