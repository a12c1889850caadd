<#
.SYNOPSIS
    Sells a route on loopback, buys it with a simulated wallet, and books the sale.
.DESCRIPTION
    The Lightning node and the wallet are simulated: no money moves. No program listens at the upstream address, so the paid
    request is answered with 502. The payment and the sale are the same as with a real upstream.
.PARAMETER Directory
    Folder of the store and of the purchases; a new folder in the temporary folder by default.
.EXAMPLE
    ./sell-and-buy.ps1
.EXAMPLE
    ./sell-and-buy.ps1 -Directory ./out
#>
[CmdletBinding()]
param(
    [string] $Directory = (Join-Path ([IO.Path]::GetTempPath()) "LightningOps-$([guid]::NewGuid().ToString('n'))")
)
$ErrorActionPreference = 'Stop'
$null = [IO.Directory]::CreateDirectory($Directory)
$store = @{ Mode = 'Local'; StorePath = Join-Path $Directory 'store.db' }
$purchases = @{ CredentialStorePath = Join-Path $Directory 'purchases.db' }
$null = New-LightningPaywall shop.example.com '/weather/*' -UpstreamUrl http://127.0.0.1:8090 -PriceSats 5 @store -Confirm:$false

$gateway = Invoke-LightningCompile @store | Start-L402TestGateway -PassThru
try {
    $address = @{ Uri = "$($gateway.Url)/weather/today"; HostHeader = 'shop.example.com' }
    $challenge = Get-L402Challenge @address

    # At most 10 satoshis for the request, routing fees included.
    $null = Invoke-L402WebRequest @address @purchases -Payer simulated -MaxSpendMsats 10000 -ErrorAction SilentlyContinue
    $bought = Get-L402Purchase @purchases

    [pscustomobject] @{
        AskedSats = $challenge.AmountSats
        State     = "$($bought.State)"
        CostSats  = $bought.CostMsats / 1000
        Sold      = @($gateway.Transactions | Where-Object State -EQ Settled).Count
    }
}
finally {
    Stop-L402TestGateway $gateway
}
