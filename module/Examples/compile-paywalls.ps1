<#
.SYNOPSIS
    Makes two paywalls in a local store, compiles them, and writes an aperture.yaml.
.DESCRIPTION
    Nothing is sent to a gateway. The store and the file are kept in -Directory.
.PARAMETER Directory
    Folder of the store and of the file; a new folder in the temporary folder by default.
.EXAMPLE
    ./compile-paywalls.ps1
.EXAMPLE
    ./compile-paywalls.ps1 -Directory ./out
#>
[CmdletBinding()]
param(
    [string] $Directory = (Join-Path ([IO.Path]::GetTempPath()) "LightningOps-$([guid]::NewGuid().ToString('n'))")
)
$ErrorActionPreference = 'Stop'
$null = [IO.Directory]::CreateDirectory($Directory)
$store = Join-Path $Directory 'store.db'
$file = Join-Path $Directory 'aperture.yaml'

$null = New-LightningPaywall shop.example.com '/weather/*' -UpstreamUrl https://origin.example.com -PriceSats 5 -Mode Local -StorePath $store -Confirm:$false
$null = New-LightningPaywall shop.example.com '/news' -UpstreamUrl https://origin.example.com -PriceSats 2 -Mode Local -StorePath $store -Confirm:$false

$compile = Invoke-LightningCompile -Mode Local -StorePath $store
$null = $compile | Export-ApertureConfig -Path $file
$check = Test-ApertureConfig -Path $file

[pscustomobject] @{
    File       = $file
    ConfigHash = "$($compile.ConfigHash)"
    Routes     = @($compile.Rules | ForEach-Object { "$($_.Host)$($_.Path) $($_.PriceSats) sat" })
    Starts     = $check.Starts
}
