<#
.SYNOPSIS
Builds, tests, packs, documents and measures LightningOps.
.DESCRIPTION
Build stages the module in artifacts/module/<configuration>/LightningOps. Test builds and runs all tests, including the
specs of tests/Pester. Pack makes artifacts/packages/LightningOps.<version>.nupkg, which Publish-PSResource publishes, of the
Release build alone. Docs updates the pages of docs/en-US for the cmdlets. Measure reports the cost of the module in a session.
Sequences runs 10,000 random sequences against the model of an Aperture, Watch a watch over it through 10,000 random events (the seed
is printed; LIGHTNINGOPS_WATCH_SEED repeats it). Team runs in full, against a real PostgreSQL, what the tests shorten: 8 x 1,000
writes with a killed server, and 200 partitions of two machines; LIGHTNINGOPS_POSTGRES_SEED repeats a run. Reproduce builds
and packs the tracked files in two folders and compares every byte.
.PARAMETER Task
What to do, in order.
.PARAMETER Configuration
Release, or Debug.
.PARAMETER NoBuild
Use the staged module without building.
.EXAMPLE
./build.ps1 -Task Build; Import-Module ./artifacts/module/Release/LightningOps
.EXAMPLE
./build.ps1 -Task Test, Pack
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Pack', 'Docs', 'Measure', 'Reproduce', 'Sequences', 'Watch', 'Team')]
    [string[]] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release',

    [switch] $NoBuild
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3
$module = Join-Path $PSScriptRoot "artifacts/module/$Configuration/LightningOps"
$shell = Join-Path $PSScriptRoot 'tests/Pester/Support/Invoke-Pwsh.ps1'

function Invoke-Program([string] $Program, [string[]] $Argument) {
    & $Program @Argument | Out-Host
    if ($LASTEXITCODE -ne 0) {
        throw "$Program $($Argument[0]) failed with exit code $LASTEXITCODE."
    }
}

# In a separate session, which releases the module's files when it ends.
function Invoke-Script([string] $File, [string[]] $Argument) {
    Invoke-Program $shell (@('-NoProfile', '-NonInteractive', '-File', $File) + @($Argument))
}

function Invoke-Build {
    if (-not $NoBuild) {
        Invoke-Program dotnet 'build', (Join-Path $PSScriptRoot 'LightningOps.PowerShell.sln'), '--configuration', $Configuration
    }
}

function Invoke-Test {
    Invoke-Build
    Invoke-Program dotnet 'test', (Join-Path $PSScriptRoot 'LightningOps.PowerShell.sln'), '--configuration', $Configuration, '--no-build'
}

# A gallery shows the values of the manifest.
function Get-PackageProperty {
    $manifest = Import-PowerShellDataFile (Join-Path $module 'LightningOps.psd1')
    $about = $manifest.PrivateData.PSData
    $tags = @('PSModule', 'PSIncludes_Cmdlet') + $about.Tags + $manifest.CmdletsToExport.ForEach({ "PSCmdlet_$_"; "PSCommand_$_" })
    $properties = @{
        Version             = $manifest.ModuleVersion
        Authors             = $manifest.Author
        Copyright           = $manifest.Copyright
        Description         = $manifest.Description
        PackageTags         = $tags -join ' '
        PackageReleaseNotes = $about.ReleaseNotes
    }
    # MSBuild reads %2C as a comma; an unescaped one would separate two properties. It takes %XX for one character, not for a byte of UTF-8.
    $properties.GetEnumerator() | Sort-Object Key | ForEach-Object {
        "-p:$($_.Key)=$([regex]::Replace($_.Value, '[\x00-\x7F-[A-Za-z0-9.-]]', { param($found) '%{0:X2}' -f [int] [char] $found.Value }))"
    }
}

function Invoke-Pack {
    if ($Configuration -ne 'Release') {
        throw 'Only the Release build can be packed. Omit -Configuration Debug.'
    }

    if (-not $NoBuild) {
        Invoke-Program dotnet 'build', (Join-Path $PSScriptRoot 'src/LightningOps.PowerShell'), '--configuration', $Configuration, '--nologo'
    }

    Invoke-Program dotnet (@('pack', (Join-Path $PSScriptRoot 'src/LightningOps.Package'), '--configuration', $Configuration, '--nologo') + @(Get-PackageProperty))
    $version = (Import-PowerShellDataFile (Join-Path $module 'LightningOps.psd1')).ModuleVersion
    Get-Item (Join-Path $PSScriptRoot "artifacts/packages/LightningOps.$version.nupkg")
}

function Invoke-Docs {
    Invoke-Build
    Invoke-Script (Join-Path $PSScriptRoot 'docs/Update-HelpPages.ps1') '-Module', $module
    Invoke-Script (Join-Path $PSScriptRoot 'docs/Update-UnitMembers.ps1') '-Module', $module
    Invoke-Build
}

function Invoke-Measure {
    Invoke-Build
    & (Join-Path $PSScriptRoot 'tests/Measure-Startup.ps1') -Module $module
}

# Runs in full the tests that are shortened in a usual test run.
function Invoke-Long([string] $Filter, [hashtable] $Size) {
    Invoke-Build
    $Size.GetEnumerator() | ForEach-Object { Set-Item "Env:$($_.Key)" $_.Value }
    try {
        Invoke-Program dotnet 'test', (Join-Path $PSScriptRoot 'tests/LightningOps.Tests'), '--configuration', $Configuration, '--no-build', '--filter', $Filter, '--logger', 'console;verbosity=detailed'
    } finally {
        $Size.Keys | ForEach-Object { Remove-Item "Env:$_" }
    }
}

function Invoke-Sequences {
    Invoke-Long 'FullyQualifiedName~GatewaySequenceTests' @{ LIGHTNINGOPS_SEQUENCES = 10000 }
}

function Invoke-Watch {
    Invoke-Long 'FullyQualifiedName~ApertureWatchTests|FullyQualifiedName~ReconcileWatchTests' @{ LIGHTNINGOPS_WATCH_EVENTS = 10000 }
}

function Invoke-Team {
    Invoke-Long 'FullyQualifiedName~PostgresProcessTests|FullyQualifiedName~PartitionTests' @{ LIGHTNINGOPS_POSTGRES_WRITES = 1000; LIGHTNINGOPS_PARTITION_SCHEDULES = 200 }
}

function Invoke-Reproduce {
    $place = Join-Path ([IO.Path]::GetTempPath()) "lightningops-$([guid]::NewGuid().ToString('n'))"
    try {
        $hashes = foreach ($name in 'a', 'another/and/deeper') {
            $copy = Join-Path $place $name
            foreach ($file in git -C $PSScriptRoot ls-files) {
                $target = Join-Path $copy $file
                $null = [IO.Directory]::CreateDirectory((Split-Path $target))
                [IO.File]::Copy((Join-Path $PSScriptRoot $file), $target)
            }

            Invoke-Program dotnet 'build', (Join-Path $copy 'src/LightningOps.PowerShell'), '--configuration', 'Release', '--nologo'
            Invoke-Script (Join-Path $copy 'build.ps1') '-Task', 'Pack', '-NoBuild'
            , @(Get-ChildItem (Join-Path $copy 'artifacts/module'), (Join-Path $copy 'artifacts/packages') -File -Recurse -Force | Sort-Object FullName | ForEach-Object {
                    "$((Get-FileHash $_.FullName).Hash)  $([IO.Path]::GetRelativePath($copy, $_.FullName))"
                })
        }
    }
    finally {
        Remove-Item $place -Recurse -Force -ErrorAction Ignore
    }

    $different = Compare-Object $hashes[0] $hashes[1]
    if ($different) {
        throw "Two builds of the same files differ: $($different.InputObject -join '; ')"
    }

    "$($hashes[0].Count) files, the same bytes in both folders"
}

foreach ($name in $Task) {
    & "Invoke-$name"
}
