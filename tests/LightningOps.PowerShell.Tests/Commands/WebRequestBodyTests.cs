using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>What -Body is sent as, with the first request and with the paid one; what cannot be sent is an error before a payment.</summary>
public sealed class WebRequestBodyTests : IAsyncDisposable
{
    private readonly ModuleSession session = new();
    private readonly LoopbackServer shop = new(request => Task.FromResult(request.Headers.ContainsKey("authorization")
        ? Reply.Json("{}")
        : Reply.Status(402, ("WWW-Authenticate", "L402 macaroon=\"AgEEdG9rZW4\", invoice=\"mock_" + Guid.NewGuid().ToString("N") + "\", amount_msats=70000"))));

    public async ValueTask DisposeAsync()
    {
        session.Dispose();
        await shop.DisposeAsync();
    }

    [Theory]
    [InlineData("'plain'", null, "plain", "application/json")]
    [InlineData("[ordered]@{ a = 1; b = 'x y&z'; c = 1, 2 }", null, "a=1&b=x+y%26z&c=1&c=2", "application/x-www-form-urlencoded")]
    [InlineData("[ordered]@{ a = 1; b = @{ c = $true } }", "application/json", "{\"a\":1,\"b\":{\"c\":true}}", "application/json")]
    [InlineData("@(1, 'a', @{ b = $null })", null, "[1,\"a\",{\"b\":null}]", "application/json")]
    [InlineData("[pscustomobject]@{ n = 1.5; s = 'x' }", null, "{\"n\":1.5,\"s\":\"x\"}", "application/json")]
    [InlineData("[xml]'<a><b>1</b></a>'", null, "<a><b>1</b></a>", "application/xml")]
    [InlineData("Get-Item body.txt", null, "of the file", "application/octet-stream")]
    [InlineData("Get-Item body.txt", "text/plain", "of the file", "text/plain")]
    [InlineData("[IO.MemoryStream]::new([byte[]](65, 66))", null, "AB", "application/octet-stream")]
    [InlineData("[byte[]](65, 66)", "image/png", "AB", "image/png")]
    public void A_body_is_sent_as_what_it_is_also_when_it_is_paid_for(string body, string? contentType, string sent, string sentType)
    {
        File.WriteAllText(session.Folder.File("body.txt"), "of the file");

        Send(body, contentType).Single();

        Assert.Equal([("POST", sent, sentType, false), ("POST", sent, sentType, true)], shop.Requests.Select(request => (request.Method, request.Body, request.Headers["content-type"], request.Headers.ContainsKey("authorization"))));
    }

    [Theory]
    [InlineData("(ConvertTo-SecureString 'hunter2' -AsPlainText -Force)", null)]
    [InlineData("@{ password = (ConvertTo-SecureString 'hunter2' -AsPlainText -Force) }", null)]
    [InlineData("@{ password = (ConvertTo-SecureString 'hunter2' -AsPlainText -Force) }", "application/json")]
    [InlineData("([pscustomobject]@{ a = 1 })", "text/plain")]
    [InlineData("(Get-Process -Id $PID)", null)]
    public void What_cannot_be_sent_is_an_error_before_anything_is_sent_or_paid(string body, string? contentType)
    {
        var error = Send(body, contentType).Error("ConfigError");

        Assert.Equal("Body", error.TargetObject);
        Assert.DoesNotContain("hunter2", error + error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(shop.Requests);
        Assert.Empty(session.Run("Get-L402Credential -CredentialStorePath c.db").Output);
    }

    private PipelineOutcome Send(string body, string? contentType) => session.Run(
        "$b = " + body + "; Invoke-L402WebRequest $u -Body $b -Payer mock -CredentialStorePath c.db -MaxSpendMsats 70000" + (contentType is null ? string.Empty : " -ContentType " + contentType),
        ("u", shop.Url + "/goods"));
}
