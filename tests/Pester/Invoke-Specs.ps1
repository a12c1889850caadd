<#
.SYNOPSIS
Runs the Pester specs against the staged module and leaves their counts in a file.
.PARAMETER CountsPath
File that gets one line: passed, failed, skipped.
#>
param([string] $CountsPath)

$ErrorActionPreference = 'Stop'
Import-Module Pester -MinimumVersion 5.0

$configuration = New-PesterConfiguration
$configuration.Run.Path = $PSScriptRoot
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$result = Invoke-Pester -Configuration $configuration

# A file that does not even load may have no failed test, but it is a failure.
$failed = [Math]::Max($result.FailedCount, $result.FailedContainersCount + $result.FailedBlocksCount)
$skipped = $result.SkippedCount + $result.NotRunCount + $result.InconclusiveCount
if ($CountsPath) {
    Set-Content -LiteralPath $CountsPath -Value "$($result.PassedCount) $failed $skipped"
}

exit [int]($failed -gt 0)
