using System.Globalization;
using System.Text;

namespace LightningOps.Tests.Settlements;

/// <summary>Files of sales: an invoice opened, then settled, each on a line.</summary>
internal static class Sales
{
    /// <summary>So many sales; with <paramref name="badLines"/> a line that is no event after each.</summary>
    public static string Lines(int sales, bool badLines = false, string prefix = "")
    {
        var text = new StringBuilder();
        for (var i = 0; i < sales; i++)
        {
            var number = prefix + i.ToString(CultureInfo.InvariantCulture);
            var members = "\"invoiceId\":\"inv_" + number + "\",\"paywallId\":\"pw\",\"ownerId\":\"owner\",\"amountMsats\":2500,\"requestId\":\"req_" + number + "\"";
            text.Append('{').Append(members).Append(",\"status\":\"open\"}\n")
                .Append("{\"settlementId\":\"set_").Append(number).Append("\",").Append(members)
                .Append(",\"taskId\":\"task_").Append(number).Append("\",\"routeId\":\"route\",\"paymentProofValue\":\"")
                .Append(i.ToString("x64", CultureInfo.InvariantCulture)).Append("\"}\n")
                .Append(badLines ? "{\"settlementId\":7}\n" : string.Empty);
        }

        return text.ToString();
    }
}
