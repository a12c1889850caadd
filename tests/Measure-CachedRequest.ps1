<#
.SYNOPSIS
Measures what a request with a bought credential costs, beside Invoke-WebRequest for the same bytes.
.DESCRIPTION
Rounds of both commands alternate in one process, against one gateway on loopback. The result has the median of the
rounds, for single calls and for a pipeline.
.PARAMETER Module
Folder of the built module.
.PARAMETER Rounds
Number of alternating rounds.
.PARAMETER Requests
Requests in a round.
.EXAMPLE
./tests/Measure-CachedRequest.ps1
#>
[CmdletBinding()]
param(
    [string] $Module = (Join-Path $PSScriptRoot '../artifacts/module/Release/LightningOps'),

    [ValidateRange(1, 1000)]
    [int] $Rounds = 10,

    [ValidateRange(1, 100000)]
    [int] $Requests = 300
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3
$ProgressPreference = 'SilentlyContinue'
Import-Module (Join-Path $Module 'LightningOps.psd1')

# What the gateway forwards to: as little of a server as there can be.
Add-Type -TypeDefinition @'
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

public static class MeasuredUpstream
{
    private static readonly byte[] Answer = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");

    public static string Start()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task.Run(async () => { while (true) { var client = await listener.AcceptTcpClientAsync(); _ = Serve(client); } });
        return "http://" + listener.LocalEndpoint;
    }

    private static async Task Serve(TcpClient client)
    {
        client.NoDelay = true;
        var stream = client.GetStream();
        var part = new byte[8192];
        var head = "";
        int read;
        while ((read = await stream.ReadAsync(part, 0, part.Length)) > 0)
        {
            head += Encoding.ASCII.GetString(part, 0, read);
            if (head.EndsWith("\r\n\r\n")) { head = ""; await stream.WriteAsync(Answer, 0, Answer.Length); }
        }
    }
}
'@

function Get-Median([double[]] $Values) {
    $sorted = @($Values | Sort-Object)
    ($sorted[[Math]::Floor(($sorted.Count - 1) / 2)] + $sorted[[Math]::Ceiling(($sorted.Count - 1) / 2)]) / 2
}

function Measure-Round([scriptblock] $Round) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $null = & $Round
    $watch.Elapsed.TotalMilliseconds / $Requests
}

$folder = New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid()))
try {
    $yaml = Join-Path $folder aperture.yaml
    Set-Content $yaml @'
services:
  - {name: sold, hostregexp: '^127\.0\.0\.1', pathregexp: '^/sold$', address: '127.0.0.1:1', protocol: http, price: 5}
  - {name: free, hostregexp: '^127\.0\.0\.1', pathregexp: '^/free$', address: '127.0.0.1:1', protocol: http, auth: 'off'}
'@
    $gateway = Start-L402TestGateway -Path $yaml -Upstream ([MeasuredUpstream]::Start()) -PassThru
    $sold = "$($gateway.Url)/sold"
    $free = "$($gateway.Url)/free"
    $store = @{ Uri = $sold; CredentialStorePath = Join-Path $folder credentials.db; MaxSpendMsats = 100000 }
    $list = @($sold) * $Requests
    $plain = @($free) * $Requests

    $commands = [ordered]@{
        Single = { for ($i = 0; $i -lt $Requests; $i++) { Invoke-L402WebRequest @store } }
        SingleWeb = { for ($i = 0; $i -lt $Requests; $i++) { Invoke-WebRequest $free } }
        Pipeline = { $list | Invoke-L402WebRequest -CredentialStorePath $store.CredentialStorePath -MaxSpendMsats 100000 }
        PipelineWeb = { $plain | ForEach-Object { Invoke-WebRequest $_ } }
    }

    # The first round pays, and compiles what runs from then on.
    $commands.Values | ForEach-Object { $null = Measure-Round $_; $null = Measure-Round $_ }
    $times = @{}
    foreach ($round in 1..$Rounds) {
        foreach ($name in $commands.Keys) {
            $times[$name] = @($times[$name]) + (Measure-Round $commands[$name])
        }
    }

    $single, $web, $pipeline, $webPipeline = $commands.Keys | ForEach-Object { Get-Median ($times[$_] | Where-Object { $null -ne $_ }) }
    [pscustomobject]@{
        RequestMs = [Math]::Round($single, 3)
        WebRequestMs = [Math]::Round($web, 3)
        Ratio = [Math]::Round($single / $web, 2)
        PipelineMs = [Math]::Round($pipeline, 3)
        WebPipelineMs = [Math]::Round($webPipeline, 3)
        PipelineRatio = [Math]::Round($pipeline / $webPipeline, 2)
        Rounds = $Rounds
        Requests = $Requests
    }
}
finally {
    Get-L402TestGateway | Stop-L402TestGateway -Confirm:$false
    Remove-Module LightningOps
    Remove-Item $folder -Recurse -Force
}
