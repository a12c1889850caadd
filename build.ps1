<#
.SYNOPSIS
Builds, tests, packs, documents and measures LightningOps.
.DESCRIPTION
Build stages the module in artifacts/module/<configuration>/LightningOps. Test builds and runs all tests, including the
specs of tests/Pester. Pack makes artifacts/packages/LightningOps.<version>.nupkg, which Publish-PSResource publishes, of the
Release build alone; with -ProjectUri the package has the addresses of its publisher, and artifacts/published/LightningOps
is the module in it. Docs updates the pages of docs/en-US for the cmdlets. Measure reports the cost of the module in a session.
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
.PARAMETER ProjectUri
The product's page on the web, an https address, for Pack: ProjectUri of the manifest. Without it the package names no page
and Get-Help -Online reports that no address is specified.
.PARAMETER IconUri
An icon on the web, an https address, for Pack: IconUri of the manifest.
.PARAMETER HelpUri
Web address of a help page, which Get-Help -Online opens, for Pack: an https address with {0} for the name of the command.
The default is <ProjectUri>/docs/en-US/{0}.md.
.PARAMETER PackagePath
Folder of the package that Pack makes; artifacts/packages by default.
.EXAMPLE
./build.ps1 -Task Build; Import-Module ./artifacts/module/Release/LightningOps
.EXAMPLE
./build.ps1 -Task Test, Pack
.EXAMPLE
./build.ps1 -Task Pack -ProjectUri https://git.example.com/ops/lightningops -HelpUri 'https://git.example.com/ops/lightningops/blob/main/docs/en-US/{0}.md'
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Pack', 'Docs', 'Measure', 'Reproduce', 'Sequences', 'Watch', 'Team')]
    [string[]] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release',

    [switch] $NoBuild,

    [string] $ProjectUri,

    [string] $IconUri,

    [string] $HelpUri,

    [string] $PackagePath = (Join-Path $PSScriptRoot 'artifacts/packages')
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

# Before anything is built.
function Assert-Address {
    if (($ProjectUri -or $IconUri -or $HelpUri) -and $Task -notcontains 'Pack') {
        throw 'The addresses are those of a package. Add -Task Pack.'
    }

    if ($HelpUri -and -not $HelpUri.Contains('{0}')) {
        throw "-HelpUri '$HelpUri' has no {0} for the name of the command."
    }

    foreach ($address in @{ ProjectUri = $ProjectUri; IconUri = $IconUri; HelpUri = $HelpUri }.GetEnumerator().Where({ $_.Value })) {
        $uri = $null
        if (-not [uri]::TryCreate($address.Value.Replace('{0}', 'Get-Help'), 'Absolute', [ref] $uri) -or $uri.Scheme -cne 'https' -or -not $uri.Host -or $uri.UserInfo -or -not $uri.IsWellFormedOriginalString()) {
            throw "-$($address.Key) '$($address.Value)' is not an absolute https address without user information."
        }
    }
}

# The module with the addresses of its publisher; a copy, so that the staged module has none.
function New-PublishedModule {
    $published = Join-Path $PSScriptRoot 'artifacts/published/LightningOps'
    Remove-Item $published -Recurse -Force -ErrorAction Ignore
    $null = [IO.Directory]::CreateDirectory($published)
    Copy-Item (Join-Path $module '*') $published -Recurse
    $pages = if ($HelpUri) { $HelpUri } elseif ($ProjectUri) { "$($ProjectUri.TrimEnd('/'))/docs/en-US/{0}.md" }
    $compiler = 'run', '--project', (Join-Path $PSScriptRoot 'src/LightningOps.HelpCompiler'), '--configuration', $Configuration, '--no-build', '--'
    if ($pages) {
        Invoke-Program dotnet ($compiler + 'help', (Join-Path $PSScriptRoot 'docs/en-US'), (Join-Path $published 'en-US'), $pages)
    }

    $addresses = foreach ($name in 'ProjectUri', 'IconUri') {
        if ($address = Get-Variable $name -ValueOnly) {
            $name, $address
        }
    }
    Invoke-Program dotnet ($compiler + 'addresses', (Join-Path $published 'LightningOps.psd1') + $addresses)
    $published
}

# A gallery shows the values of the manifest.
function Get-PackageProperty([string] $Folder) {
    $manifest = Import-PowerShellDataFile (Join-Path $Folder 'LightningOps.psd1')
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
    foreach ($address in @{ ProjectUri = 'PackageProjectUrl'; IconUri = 'PackageIconUrl' }.GetEnumerator()) {
        if ($about.Contains($address.Key)) {
            $properties[$address.Value] = $about[$address.Key]
        }
    }

    $properties.StagedModule = "$Folder/"
    $properties.PackageOutputPath = $PackagePath

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

    $folder = if ($ProjectUri -or $IconUri -or $HelpUri) { New-PublishedModule } else { $module }
    Invoke-Program dotnet (@('pack', (Join-Path $PSScriptRoot 'src/LightningOps.Package'), '--configuration', $Configuration, '--nologo') + @(Get-PackageProperty $folder))
    $version = (Import-PowerShellDataFile (Join-Path $module 'LightningOps.psd1')).ModuleVersion
    Get-Item (Join-Path $PackagePath "LightningOps.$version.nupkg")
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

Assert-Address
$PackagePath = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($PackagePath)
foreach ($name in $Task) {
    & "Invoke-$name"
}
