<#
.SYNOPSIS
Measures what the module costs a session of pwsh.
.DESCRIPTION
Starts pwsh -NoProfile again and again, bare and with the module, one after the other, and gives medians: what the import
adds, and how long the first Invoke-LightningCompile -Mode Mock takes after it. Both as the session itself measures them
and, for the import, as the whole process takes longer.
.PARAMETER Module
Folder of the staged module.
.PARAMETER Count
Sessions of each kind.
.EXAMPLE
./build.ps1 -Task Measure
#>
[CmdletBinding()]
param(
    [string] $Module = (Join-Path $PSScriptRoot '../artifacts/module/Release/LightningOps'),

    [ValidateRange(1, 1000)]
    [int] $Count = 10
)

$ErrorActionPreference = 'Stop'
$manifest = (Resolve-Path (Join-Path $Module 'LightningOps.psd1')).Path
$shell = Join-Path $PSScriptRoot 'Pester/Support/Invoke-Pwsh.ps1'
$inSession = @"
`$watch = [Diagnostics.Stopwatch]::StartNew()
Import-Module '$manifest'
`$import = `$watch.Elapsed.TotalMilliseconds
`$watch.Restart()
`$null = Invoke-LightningCompile -Mode Mock
"`$import `$(`$watch.Elapsed.TotalMilliseconds)"
"@

function Get-Median([double[]] $Value) {
    $sorted = $Value | Sort-Object
    ($sorted[[Math]::Floor(($sorted.Count - 1) / 2)] + $sorted[[Math]::Ceiling(($sorted.Count - 1) / 2)]) / 2
}

function Measure-Session([string] $Command) {
    (Measure-Command { & $shell -NoProfile -NonInteractive -Command $Command | Out-Null }).TotalMilliseconds
}

$bare = [System.Collections.Generic.List[double]]::new()
$imported = [System.Collections.Generic.List[double]]::new()
$import = [System.Collections.Generic.List[double]]::new()
$compile = [System.Collections.Generic.List[double]]::new()
$null = Measure-Session "Import-Module '$manifest'"
foreach ($round in 1..$Count) {
    $bare.Add((Measure-Session '1'))
    $imported.Add((Measure-Session "Import-Module '$manifest'"))
    $times = (& $shell -NoProfile -NonInteractive -Command $inSession) -split ' '
    $import.Add([double]::Parse($times[0], [cultureinfo]::InvariantCulture))
    $compile.Add([double]::Parse($times[1], [cultureinfo]::InvariantCulture))
}

[pscustomobject] @{
    Sessions           = $Count
    PowerShell         = "$($PSVersionTable.PSVersion)"
    BareSessionMs      = [int] (Get-Median $bare)
    ImportAddsMs       = [int] ((Get-Median $imported) - (Get-Median $bare))
    ImportInSessionMs  = [int] (Get-Median $import)
    FirstMockCompileMs = [int] (Get-Median $compile)
}
