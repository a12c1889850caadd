using System.Text;
using System.Threading.Tasks;
using LightningOps.Gateway.Loopback.Http;

namespace LightningOps.Gateway.Loopback;

/// <summary>Answers that come from the gateway itself, as Go's http.Error writes them.</summary>
internal static class DirectAnswer
{
    /// <summary>A line of text.</summary>
    /// <param name="exchange">What is answered.</param>
    /// <param name="status">The status.</param>
    /// <param name="text">The line, without its end.</param>
    /// <param name="headers">Further headers.</param>
    public static Task SendAsync(HttpExchange exchange, int status, string text, HeaderLines? headers = null)
    {
        headers = (headers ?? new HeaderLines()).Set("Content-Type", "text/plain; charset=utf-8").Set("X-Content-Type-Options", "nosniff");
        return exchange.AnswerAsync(status, headers, Encoding.UTF8.GetBytes(text + "\n"));
    }
}
