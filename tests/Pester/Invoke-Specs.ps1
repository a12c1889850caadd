<#
.SYNOPSIS
Runs the Pester specs against the staged module and leaves their counts in a file.
.DESCRIPTION
Windows PowerShell runs those that do not require PowerShell 7.
.PARAMETER CountsPath
File that gets one line: passed, failed, skipped.
#>
param([string] $CountsPath)

$ErrorActionPreference = 'Stop'
Import-Module Pester -MinimumVersion 5.0

$configuration = New-PesterConfiguration
$configuration.Run.Path = @(Get-ChildItem $PSScriptRoot -Filter *.Tests.ps1 | Where-Object {
        $PSEdition -eq 'Core' -or (Get-Content $_.FullName -TotalCount 1) -ne '#requires -PSEdition Core'
    } | ForEach-Object FullName)
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'

# The stores of whoever runs the specs stay theirs.
$own = Join-Path ([IO.Path]::GetTempPath()) "lightningops-specs-$PID"
$env:OA_LIGHTNING_OPS_STORE = Join-Path $own 'store.db'
$env:OA_LIGHTNING_OPS_CREDENTIAL_STORE = Join-Path $own 'credentials.db'
try {
    $result = Invoke-Pester -Configuration $configuration
}
finally {
    Remove-Item $own -Recurse -Force -ErrorAction Ignore
}

# A file that does not even load may have no failed test, but it is a failure.
$failed = [Math]::Max($result.FailedCount, $result.FailedContainersCount + $result.FailedBlocksCount)
$skipped = $result.SkippedCount + $result.NotRunCount + $result.InconclusiveCount
if ($CountsPath) {
    Set-Content -LiteralPath $CountsPath -Value "$($result.PassedCount) $failed $skipped"
}

exit [int]($failed -gt 0)
