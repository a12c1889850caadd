using System;
using System.Collections.Generic;
using LightningOps.ApertureYaml;
using LightningOps.Paywalls;

namespace LightningOps.Compile.Aperture;

/// <summary>Writes the terms of a rule besides price and quota into a service (docs/reference/aperture.md#compiled-rule).</summary>
internal static class SaleTermsText
{
    /// <summary>The members after the price, in fixed order.</summary>
    public static void Append(Utf8Text text, SaleTerms terms)
    {
        AppendText(text, "authscheme"u8, terms.AuthScheme);
        if (terms.CredentialLifetimeSeconds is { } lifetime)
        {
            text.Append("    timeout: "u8).Append(lifetime).Append("\n"u8);
        }

        AppendText(text, "capabilities"u8, terms.Capabilities is { } capabilities ? string.Join(",", capabilities) : null);
        AppendMap(text, "constraints"u8, terms.Constraints);
        AppendMap(text, "headers"u8, terms.Headers);
        AppendText(text, "tlscertpath"u8, terms.TlsCertificatePath);
        AppendList(text, "authwhitelistpaths"u8, terms.WhitelistRegexps);
        AppendList(text, "authskipinvoicecreationpaths"u8, terms.SkipInvoiceRegexps);
        if (terms.DynamicPrice is { } price)
        {
            AppendPrice(text, price);
        }
    }

    private static void AppendPrice(Utf8Text text, DynamicPrice price)
    {
        text.Append("    dynamicprice:\n      enabled: true\n      grpcaddress: "u8).AppendQuoted(price.GrpcAddress).Append("\n"u8);
        if (price.Insecure == true)
        {
            text.Append("      insecure: true\n"u8);
        }

        if (price.TlsCertificatePath is { } certificate)
        {
            text.Append("      tlscertpath: "u8).AppendQuoted(certificate).Append("\n"u8);
        }

        if (price.Metered == true)
        {
            text.Append("      metered: true\n"u8);
        }
    }

    private static void AppendText(Utf8Text text, ReadOnlySpan<byte> key, string? value)
    {
        if (value is not null)
        {
            text.Append("    "u8).Append(key).Append(": "u8).AppendQuoted(value).Append("\n"u8);
        }
    }

    private static void AppendMap(Utf8Text text, ReadOnlySpan<byte> key, IReadOnlyDictionary<string, string>? values)
    {
        if (values is null)
        {
            return;
        }

        text.Append("    "u8).Append(key).Append(":\n"u8);
        foreach (var value in PolicyMembers.Sort(values))
        {
            text.Append("      "u8).AppendQuoted(value.Key).Append(": "u8).AppendQuoted(value.Value).Append("\n"u8);
        }
    }

    private static void AppendList(Utf8Text text, ReadOnlySpan<byte> key, IReadOnlyList<string>? values)
    {
        if (values is null)
        {
            return;
        }

        text.Append("    "u8).Append(key).Append(":\n"u8);
        foreach (var value in values)
        {
            text.Append("      - "u8).AppendQuoted(value).Append("\n"u8);
        }
    }
}
