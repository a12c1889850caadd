using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

namespace LightningOps.Benchmarks;

/// <summary>A minimal seller: a mock challenge without a credential, the same body with one; connections stay open.</summary>
internal sealed class KeepAliveShop : IDisposable
{
    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly byte[] challenge = Encoding.ASCII.GetBytes(
        "HTTP/1.1 402 Payment Required\r\nWWW-Authenticate: L402 macaroon=\"AgEEdG9rZW4\", invoice=\"mock_invoice\", amount_msats=1000\r\nContent-Length: 0\r\n\r\n");

    private readonly byte[] goods;
    private readonly bool isEndless;

    /// <param name="bodyLength">Bytes of the body.</param>
    /// <param name="isEndless">Whether the body is announced as a terabyte, and sent for as long as it is taken.</param>
    public KeepAliveShop(int bodyLength, bool isEndless = false)
    {
        this.isEndless = isEndless;
        goods = Encoding.ASCII.GetBytes(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + (isEndless ? "1099511627776" : bodyLength.ToString(System.Globalization.CultureInfo.InvariantCulture)) + "\r\n\r\n" + new string('x', bodyLength));
        listener.Start(4096);
        Url = new Uri("http://" + listener.LocalEndpoint + "/goods");
        _ = AcceptAsync();
    }

    public Uri Url { get; }

    public void Dispose() => listener.Stop();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptSocketAsync());
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It is closed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            var buffer = new byte[4096];
            var length = 0;
            try
            {
                while (await socket.ReceiveAsync(buffer.AsMemory(length)) is > 0 and var count)
                {
                    length += count;
                    var end = buffer.AsSpan(0, length).IndexOf(EndOfHead);
                    if (end < 0)
                    {
                        continue;
                    }

                    var isPaid = buffer.AsSpan(0, end).IndexOf("Authorization:"u8) >= 0;
                    buffer.AsSpan(end + 4, length - end - 4).CopyTo(buffer);
                    length -= end + 4;
                    await socket.SendAsync(isPaid ? goods : challenge);
                    while (isPaid && isEndless)
                    {
                        await socket.SendAsync(goods.AsMemory(goods.Length - 1024));
                    }
                }
            }
            catch (SocketException)
            {
                // The client is gone.
            }
        }
    }
}
