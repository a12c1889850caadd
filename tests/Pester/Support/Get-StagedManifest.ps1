# The manifest of the module under test: of the folder that LIGHTNINGOPS_MODULE names, else of the Release build, else of Debug.

$built = Join-Path $PSScriptRoot '../../../artifacts/module'
$folder = @($env:LIGHTNINGOPS_MODULE; 'Release', 'Debug' | ForEach-Object { Join-Path $built "$_/LightningOps" }) |
    Where-Object { $_ -and (Test-Path (Join-Path $_ 'LightningOps.psd1')) } | Select-Object -First 1
if (-not $folder) {
    throw 'The module is not staged. Build src/LightningOps.PowerShell first.'
}

(Resolve-Path (Join-Path $folder 'LightningOps.psd1')).Path
