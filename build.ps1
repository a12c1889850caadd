<#
.SYNOPSIS
Builds, tests, packs and documents LightningOps.
.DESCRIPTION
Build lays the module out in artifacts/module/LightningOps. Test builds and runs all xunit tests and, with Pester 5, the
specs of tests/Pester. Pack makes artifacts/LightningOps.<version>.zip of the module. Docs makes the module's help of
docs/en-US.
.EXAMPLE
./build.ps1 -Task Build; Import-Module ./artifacts/module/LightningOps
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Pack', 'Docs')]
    [string[]] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release'
)

$ErrorActionPreference = 'Stop'
$module = Join-Path $PSScriptRoot 'artifacts/module/LightningOps'

function Invoke-DotNet {
    & dotnet @args
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet $($args[0]) failed with exit code $LASTEXITCODE."
    }
}

function Invoke-Build {
    Invoke-DotNet build (Join-Path $PSScriptRoot 'src/LightningOps.PowerShell') --configuration $Configuration
}

function Invoke-Test {
    Invoke-DotNet test (Join-Path $PSScriptRoot 'LightningOps.PowerShell.sln') --configuration $Configuration
    if (Get-Module -ListAvailable Pester | Where-Object { $_.Version.Major -ge 5 }) {
        & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -File (Join-Path $PSScriptRoot 'tests/Pester/Invoke-Specs.ps1')
        if ($LASTEXITCODE -ne 0) {
            throw 'Pester specs failed.'
        }
    }
    else {
        Write-Warning 'Pester 5 is not installed: the specs of tests/Pester are not run.'
    }
}

function Invoke-Pack {
    Invoke-Build
    $version = (Import-PowerShellDataFile (Join-Path $module 'LightningOps.psd1')).ModuleVersion
    $package = Join-Path $PSScriptRoot "artifacts/LightningOps.$version.zip"
    Compress-Archive -Path $module -DestinationPath $package -Force
    Get-Item $package
}

function Invoke-Docs {
    $source = Join-Path $PSScriptRoot 'docs/en-US'
    if (-not (Test-Path $source)) {
        throw 'There is no docs/en-US to make help of.'
    }

    Invoke-Build
    Import-Module Microsoft.PowerShell.PlatyPS
    $pages = Get-ChildItem $source -Filter '*-*.md'
    $pages | Import-MarkdownCommandHelp | Export-MamlCommandHelp -OutputFolder (Split-Path $module) -Force
}

foreach ($name in $Task) {
    & "Invoke-$name"
}
