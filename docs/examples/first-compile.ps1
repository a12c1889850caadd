<#
.SYNOPSIS
    Imports a snapshot into the local store, compiles it and writes the aperture.yaml.
.EXAMPLE
    ./docs/examples/first-compile.ps1
.EXAMPLE
    ./docs/examples/first-compile.ps1 -Snapshot ./paywalls.json -Directory ./out
#>
[CmdletBinding()]
param(
    # Paywalls as the control plane answers them: {"paywalls":[...]} or an array.
    [string] $Snapshot = "$PSScriptRoot/hosted-paywalls.json",

    # Where the store and the artifact are kept.
    [string] $Directory = 'output/first-compile'
)
$ErrorActionPreference = 'Stop'

$null = [System.IO.Directory]::CreateDirectory($Directory)
$store = [System.IO.Path]::Combine($Directory, 'store.db')
$artifact = [System.IO.Path]::Combine($Directory, 'aperture.yaml')

Import-LightningPaywall -Path $Snapshot -StorePath $store | Out-Host
$result = Invoke-LightningCompile -Mode Local -StorePath $store -OutFile $artifact -Record
$result.Diagnostics | Out-Host

"artifact    $([System.IO.Path]::GetFullPath($artifact))"
"configHash  $($result.ConfigHash)"
"deployment  $($result.DeploymentId) ($($result.DeploymentStatus))"
"check       $(if (Test-ApertureConfig -Path $artifact -Quiet) { 'valid' } else { 'not valid: Aperture stops, or something fails, is free or is lost once it runs' })"
