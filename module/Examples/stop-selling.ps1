<#
.SYNOPSIS
    Stops an owner and then everything, shows who stopped what and why, and opens again.
.DESCRIPTION
    Works on a local store of its own. With a gateway, add -Gateway and -Sync to the switches: they close it at once.
.PARAMETER Directory
    Folder of the store; a new folder in the temporary folder by default.
.EXAMPLE
    ./stop-selling.ps1
.EXAMPLE
    ./stop-selling.ps1 -Directory ./out
#>
[CmdletBinding()]
param(
    [string] $Directory = (Join-Path ([IO.Path]::GetTempPath()) "LightningOps-$([guid]::NewGuid().ToString('n'))")
)
$ErrorActionPreference = 'Stop'
$null = [IO.Directory]::CreateDirectory($Directory)
$store = @{ Mode = 'Local'; StorePath = Join-Path $Directory 'store.db' }
$null = New-LightningPaywall shop.example.com '/weather/*' -UpstreamUrl https://origin.example.com -PriceSats 5 -OwnerId owner_weather @store -Confirm:$false

$null = Set-L402OwnerKillSwitch owner_weather -Active -Reason 'asked for by the owner' @store -Confirm:$false
$null = Set-L402GlobalPause -Active -Reason 'node is being moved' @store -Confirm:$false
$state = Get-L402SecurityState @store
$closed = @((Invoke-LightningCompile @store).Rules | Where-Object IsClosed).Count

$null = Set-L402GlobalPause -Inactive @store -Confirm:$false
$null = Set-L402OwnerKillSwitch owner_weather -Inactive @store -Confirm:$false

[pscustomobject] @{
    Pause       = $state.Global.DenyReason
    Owner       = ($state.OwnerControls | Where-Object KillSwitch).DenyReason
    By          = $state.Global.UpdatedBy
    Closed      = $closed
    ClosedAfter = @((Invoke-LightningCompile @store).Rules | Where-Object IsClosed).Count
    Journal     = @(Get-LightningOpsJournal @store -Kind Switch).Count
}
