using System;

namespace LightningOps.L402.Bolt11;

/// <summary>Finds the invoice in addresses that wallets scan: <c>lightning:</c>, <c>lightning://</c> and BIP 21 with <c>lightning=</c>.</summary>
internal static class InvoiceUri
{
    private const string LightningScheme = "lightning:";
    private const string BitcoinScheme = "bitcoin:";
    private const string LightningParameter = "lightning=";

    /// <summary>The invoice in an address; any other text unchanged.</summary>
    public static string Unwrap(string text)
    {
        if (text.StartsWith(LightningScheme, StringComparison.OrdinalIgnoreCase))
        {
            var rest = text.Substring(LightningScheme.Length);
            return rest.StartsWith("//", StringComparison.Ordinal) ? rest.Substring(2) : rest;
        }

        return text.StartsWith(BitcoinScheme, StringComparison.OrdinalIgnoreCase) ? FindParameter(text) ?? text : text;
    }

    private static string? FindParameter(string address)
    {
        foreach (var parameter in address.Substring(address.IndexOf('?') + 1).Split('&'))
        {
            if (parameter.StartsWith(LightningParameter, StringComparison.OrdinalIgnoreCase))
            {
                return parameter.Substring(LightningParameter.Length);
            }
        }

        return null;
    }
}
