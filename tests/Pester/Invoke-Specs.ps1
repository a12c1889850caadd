<#
.SYNOPSIS
Runs the Pester specs against the staged module.
.DESCRIPTION
`dotnet test` calls it for each spec file with the PowerShell and the Pester that tests/LightningOps.Pester.Tests pins. By
hand it runs in the PowerShell it is started in. Windows PowerShell runs the specs that do not require PowerShell 7.
.PARAMETER Path
Spec files; by default all of this folder.
.PARAMETER PesterPath
Manifest of the Pester to use; by default the newest installed one.
.PARAMETER ResultPath
File for the counts and failures, as JSON.
.EXAMPLE
./tests/Pester/Invoke-Specs.ps1 ./tests/Pester/Compile.Tests.ps1
#>
param([string[]] $Path, [string] $PesterPath, [string] $ResultPath)

$ErrorActionPreference = 'Stop'
if ($PesterPath) {
    Import-Module $PesterPath
}
else {
    Import-Module Pester -MinimumVersion 5.0
}

$configuration = New-PesterConfiguration
$configuration.Run.Path = if ($Path) {
    $Path
}
else {
    @(Get-ChildItem $PSScriptRoot -Filter *.Tests.ps1 | Where-Object {
            $PSEdition -eq 'Core' -or (Get-Content $_.FullName -TotalCount 1) -ne '#requires -PSEdition Core'
        } | ForEach-Object FullName)
}
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'

# The stores, and the registered gateways, of whoever runs the specs stay theirs.
$own = Join-Path ([IO.Path]::GetTempPath()) "lightningops-specs-$PID"
$env:OA_LIGHTNING_OPS_STORE = Join-Path $own 'store.db'
$env:OA_LIGHTNING_OPS_CREDENTIAL_STORE = Join-Path $own 'credentials.db'
$env:XDG_DATA_HOME = (New-Item -ItemType Directory -Force (Join-Path $own 'data')).FullName
try {
    $result = Invoke-Pester -Configuration $configuration
}
finally {
    Remove-Item $own -Recurse -Force -ErrorAction Ignore
}

# A file that does not even load may have no failed test, but it is a failure.
$failed = [Math]::Max($result.FailedCount, $result.FailedContainersCount + $result.FailedBlocksCount)
$skipped = $result.SkippedCount + $result.NotRunCount + $result.InconclusiveCount
if ($ResultPath) {
    $messages = @($result.FailedContainers; $result.FailedBlocks; $result.Failed).Where({ $_ }).ForEach({
            "$(if ($_.PSObject.Properties['ExpandedPath']) { $_.ExpandedPath } else { $_.Item })`n$(@($_.ErrorRecord).ForEach({ "$($_.Exception.Message)`n$($_.ScriptStackTrace)" }) -join "`n")"
        })
    ConvertTo-Json @{
        Passed     = $result.PassedCount
        Failed     = $failed
        Skipped    = $skipped
        Pester     = "$((Get-Module Pester).Version)"
        PowerShell = "$($PSVersionTable.PSVersion)"
        Failures   = [string[]] $messages
    } | Set-Content -LiteralPath $ResultPath
}

exit [int]($failed -gt 0)
