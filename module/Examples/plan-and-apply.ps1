<#
.SYNOPSIS
    Adopts the services of an aperture.yaml, plans a new paywall, and applies exactly the approved plan.
.DESCRIPTION
    A gateway on loopback reads the file in place of an Aperture and pays its checks with a simulated wallet, so that the script
    needs no other program and no money. The upstream is a listener of the script that answers 200.
.PARAMETER Directory
    Folder of the store, the file and the plan; a new folder in the temporary folder by default.
.EXAMPLE
    ./plan-and-apply.ps1
.EXAMPLE
    ./plan-and-apply.ps1 -Directory ./out
#>
[CmdletBinding()]
param(
    [string] $Directory = (Join-Path ([IO.Path]::GetTempPath()) "LightningOps-$([guid]::NewGuid().ToString('n'))")
)
$ErrorActionPreference = 'Stop'
$null = [IO.Directory]::CreateDirectory($Directory)
$store = @{ Mode = 'Local'; StorePath = Join-Path $Directory 'store.db' }
$file = Join-Path $Directory 'aperture.yaml'
$planFile = Join-Path $Directory 'plan.json'

# A free port, and an upstream that answers there.
$free = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
$free.Start()
$upstream = "127.0.0.1:$($free.LocalEndpoint.Port)"
$free.Stop()
$listener = [Net.HttpListener]::new()
$listener.Prefixes.Add("http://$upstream/")
$listener.Start()
$server = [powershell]::Create().AddScript({
        param($Listener)
        while ($Listener.IsListening) {
            try { $Listener.GetContext().Response.Close() } catch { break }
        }
    }).AddArgument($listener)
$null = $server.BeginInvoke()

Set-Content $file @"
listenaddr: "localhost:8081"
authenticator:
  disable: true
services:
  - name: quotes
    hostregexp: '^quotes\.example`$'
    pathregexp: '^/quotes/.*`$'
    address: "$upstream"
    protocol: http
    price: 5
"@

$gateway = Start-L402TestGateway $file -PassThru -WarningAction SilentlyContinue
try {
    # The service of the file becomes a paywall; the file does not change.
    $adopted = Import-LightningPaywall -FromGateway "file:$file" @store -Confirm:$false -WarningAction SilentlyContinue
    $paywall = New-LightningPaywall shop.example.com '/weather/*' -UpstreamUrl "http://$upstream" -PriceSats 7 @store -Confirm:$false

    # The reviewer reads the plan and gives the hash back; a plan that no longer fits is refused.
    $plan = New-L402Plan -Gateway "file:$file" @store -OutFile $planFile
    $result = Sync-ApertureConfig -PlanPath $planFile -Approve $plan.Hash -ApprovedBy reviewer @store -WarningAction SilentlyContinue

    [pscustomobject] @{
        Adopted    = @($adopted.Paywalls.Name)
        Paywall    = $paywall.PaywallId
        Plan       = $plan.Summary
        Deployment = "$($result.DeploymentStatus)"
        Services   = @($gateway.Services.Name)
    }
}
finally {
    Stop-L402TestGateway $gateway
    $listener.Stop()
    $server.Dispose()
}
