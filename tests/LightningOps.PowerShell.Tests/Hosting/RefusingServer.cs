using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

namespace LightningOps.PowerShell.Tests.Hosting;

/// <summary>An internal API that takes no secret: every request is answered 401 as Laravel does, with the body it got.</summary>
internal sealed class RefusingServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public RefusingServer()
    {
        listener.Start();
        _ = ServeAsync();
    }

    public string Url => "http://127.0.0.1:" + ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Dispose() => listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
        }
    }

    private static async Task AnswerAsync(NetworkStream stream)
    {
        var buffer = new byte[16384];
        var request = string.Empty;
        while (!request.EndsWith("}}", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer);
            if (read == 0)
            {
                break;
            }

            request += Encoding.UTF8.GetString(buffer, 0, read);
        }

        var echoed = request[(request.IndexOf('{', StringComparison.Ordinal))..].Replace("\"", "'", StringComparison.Ordinal);
        var body = "{\"error\":{\"code\":\"invalid_ops_secret\",\"message\":\"" + echoed + "\"}}";
        var answer = "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: " + body.Length + "\r\n\r\n" + body;
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer));
    }
}
