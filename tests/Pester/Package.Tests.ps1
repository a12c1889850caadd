#requires -PSEdition Core
# The package: what Publish-PSResource and Install-PSResource take, and what works unpacked where PSResourceGet is missing.

BeforeDiscovery {
    $hasPSResourceGet = $null -ne (Get-Module -ListAvailable Microsoft.PowerShell.PSResourceGet)
}

BeforeAll {
    $root = (Resolve-Path (Join-Path $PSScriptRoot '../..')).Path
    $shell = Join-Path $PSScriptRoot 'Support/Invoke-Pwsh.ps1'
    # The package is that of the Release build, whatever the other specs run.
    $staged = Join-Path $root 'artifacts/module/Release/LightningOps'
    $noBuild = @(if ((& (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')) -eq (Resolve-Path (Join-Path $staged 'LightningOps.psd1') -ErrorAction Ignore).Path) { '-NoBuild' })
    $use = 'Import-Module LightningOps; $m = Get-Module LightningOps; "$($m.Version) $((Invoke-LightningCompile -Mode Mock).RuleCount) $($m.ModuleBase)"; (Get-Help Sync-ApertureConfig).Synopsis'
    $said = & $shell -NoProfile -NonInteractive -File (Join-Path $root 'build.ps1') -Task Pack @noBuild 2>&1
    if ($LASTEXITCODE -ne 0) {
        throw ($said | Out-String)
    }

    $version = (Import-PowerShellDataFile (Join-Path $staged 'LightningOps.psd1')).ModuleVersion
    $package = Join-Path $root "artifacts/packages/LightningOps.$version.nupkg"

    # A user who has nothing: their own module folder, and the address book of PSResourceGet, are in a folder of the test.
    function Invoke-AsNewUser([string] $Command) {
        $user = Join-Path $TestDrive 'user'
        # .NET takes only folders that are there; without one, NuGet writes its configuration into the current folder.
        $null = New-Item (Join-Path $user '.local/share'), (Join-Path $user '.config') -ItemType Directory -Force
        $kept = $env:HOME, $env:XDG_DATA_HOME, $env:XDG_CONFIG_HOME, $env:PSModulePath
        try {
            $env:HOME = $user
            $env:XDG_DATA_HOME = $env:XDG_CONFIG_HOME = $null
            $env:PSModulePath = ''
            & $shell -NoProfile -NonInteractive -Command "`$ErrorActionPreference = 'Stop'; `$ProgressPreference = 'SilentlyContinue'; $Command"
        }
        finally {
            $env:HOME, $env:XDG_DATA_HOME, $env:XDG_CONFIG_HOME, $env:PSModulePath = $kept
        }
    }
}

Describe 'The package' {
    It 'holds the module as it is staged' {
        [IO.Compression.ZipFile]::ExtractToDirectory($package, (Join-Path $TestDrive 'unpacked'))
        foreach ($file in Get-ChildItem $staged -File -Recurse) {
            $name = [IO.Path]::GetRelativePath($staged, $file.FullName)
            (Get-FileHash (Join-Path $TestDrive "unpacked/$name")).Hash | Should -Be (Get-FileHash $file.FullName).Hash -Because $name
        }
    }

    It 'tells a gallery what the manifest tells' {
        [xml] $nuspec = Get-Content (Join-Path $TestDrive 'unpacked/LightningOps.nuspec') -Raw
        $manifest = Import-PowerShellDataFile (Join-Path $staged 'LightningOps.psd1')
        $tags = $nuspec.package.metadata.tags -split ' '
        $tags | Should -Contain 'PSModule'
        foreach ($tag in $manifest.PrivateData.PSData.Tags + $manifest.CmdletsToExport.ForEach({ "PSCmdlet_$_" })) {
            $tags | Should -Contain $tag
        }

        $nuspec.package.metadata.description | Should -Be $manifest.Description
        $nuspec.package.metadata.releaseNotes | Should -Be $manifest.PrivateData.PSData.ReleaseNotes

        # The project has no page on the web, and neither names one.
        $nuspec.package.metadata.projectUrl | Should -BeNullOrEmpty
        $manifest.PrivateData.PSData.ProjectUri | Should -BeNullOrEmpty
    }

    It 'is the same when it is made again' {
        $before = (Get-FileHash $package).Hash
        Remove-Item $package
        & $shell -NoProfile -NonInteractive -File (Join-Path $root 'build.ps1') -Task Pack -NoBuild | Out-Null
        (Get-FileHash $package).Hash | Should -Be $before
    }
}

Describe 'The build' {
    It 'gives the same bytes in two folders' -Skip:(-not (Get-Command git -ErrorAction Ignore)) {
        $said = & $shell -NoProfile -NonInteractive -File (Join-Path $root 'build.ps1') -Task Reproduce 2>&1
        $LASTEXITCODE | Should -Be 0 -Because ($said | Select-Object -Last 5 | Out-String)
        "$($said[-1])" | Should -BeLike '* files, the same bytes in both folders'
    }
}

Describe 'Installing' {
    It 'works from a folder repository' -Skip:(-not $hasPSResourceGet -or $IsWindows) {
        $repository = (New-Item (Join-Path $TestDrive 'repository') -ItemType Directory).FullName
        $found = Invoke-AsNewUser @"
Register-PSResourceRepository -Name Here -Uri '$repository' -Trusted
Publish-PSResource -NupkgPath '$package' -Repository Here
(Find-PSResource LightningOps -Repository Here).Version.ToString()
(Find-PSResource -CommandName Sync-ApertureConfig -Repository Here -ErrorAction Ignore).Names
Install-PSResource LightningOps -Repository Here
(Get-InstalledPSResource LightningOps).Type
"@
        $found | Should -Be $version, 'Module'
        $used = Invoke-AsNewUser $use
        $used[0] | Should -BeLike "$version 2 $(Join-Path $TestDrive 'user')*"
        $used[1] | Should -BeLike 'Brings gateways*'
    }

    It 'works from the folder, published by Publish-PSResource itself' -Skip:(-not $hasPSResourceGet -or $IsWindows) {
        $repository = (New-Item (Join-Path $TestDrive 'another') -ItemType Directory).FullName
        Invoke-AsNewUser @"
Register-PSResourceRepository -Name There -Uri '$repository' -Trusted
Publish-PSResource -Path '$staged' -Repository There
(Find-PSResource LightningOps -Repository There).Version.ToString()
"@ | Should -Be $version
    }

    It 'works unpacked into a folder of PSModulePath' {
        $modules = Join-Path $TestDrive 'modules'
        [IO.Compression.ZipFile]::ExtractToDirectory($package, (Join-Path $modules "LightningOps/$version"))
        $used = Invoke-AsNewUser "`$env:PSModulePath = '$modules'; $use"
        $used[0] | Should -BeLike "$version 2 $modules*"
    }
}
