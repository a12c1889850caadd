using System;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using System.Text;

namespace LightningOps.Benchmarks;

/// <summary>Settlement events as a payment processor logs them, one JSON object a line.</summary>
public static class SettlementFile
{
    /// <summary>Writes events: of every ten, five opened invoices, four settled a little later, one expired.</summary>
    public static void Write(string path, int events)
    {
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 20);
        for (var i = 0; i < events; i++)
        {
            var sale = (i / 10 * 5) + (i % 10 % 5);
            file.Write(Line(sale, i % 10));
            file.Write('\n');
        }
    }

    private static string Line(int sale, int place)
    {
        var number = sale.ToString("D8", CultureInfo.InvariantCulture);
        var preimage = SHA256.HashData(BitConverter.GetBytes(sale));
        var hash = Convert.ToHexStringLower(SHA256.HashData(preimage));
        var paywall = "\"paywallId\":\"pw_" + (sale % 500) + "\",\"ownerId\":\"owner_" + (sale % 97) + "\",\"amountMsats\":2500,\"requestId\":\"req_" + number + "\"";
        var invoice = "{\"invoiceId\":\"inv_" + hash[..24] + "\",";
        return place switch
        {
            < 5 => invoice + paywall + ",\"status\":\"open\",\"paymentHash\":\"" + hash + "\",\"paymentRequest\":\"lnbc25u1p" + hash + hash + hash + "\"}",
            9 => invoice + paywall + ",\"status\":\"expired\"}",
            _ => "{\"settlementId\":\"set_" + hash[..24] + "\",\"invoiceId\":\"inv_" + hash[..24] + "\"," + paywall + ",\"paymentHash\":\"" + hash
                + "\",\"paymentProofType\":\"lightning_preimage\",\"paymentProofValue\":\"" + Convert.ToHexStringLower(preimage) + "\",\"taskId\":\"task_" + number
                + "\",\"routeId\":\"route_" + (sale % 500) + "\",\"metadata\":{\"source\":\"processor\"}}",
        };
    }
}
