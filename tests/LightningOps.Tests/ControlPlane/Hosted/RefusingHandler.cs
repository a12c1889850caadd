using System.Net.Http;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Tests.ControlPlane.Hosted;

/// <summary>Refuses the first connections as a machine without a listener does, then connects.</summary>
internal sealed class RefusingHandler(int refusals) : DelegatingHandler(new HttpClientHandler())
{
    public int Tries { get; private set; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        ++Tries > refusals
            ? base.SendAsync(request, cancellationToken)
            : throw new HttpRequestException("refused", new SocketException((int)SocketError.ConnectionRefused));
}
