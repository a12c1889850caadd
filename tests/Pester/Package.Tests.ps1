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

        # Without an address from its publisher, neither names one.
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

Describe 'The addresses of a publisher' {
    BeforeAll {
        $folder = Join-Path $TestDrive 'online'
        function Invoke-Pack([string[]] $Argument) {
            $output = & $shell -NoProfile -NonInteractive -File (Join-Path $root 'build.ps1') -PackagePath $folder -NoBuild @Argument 2>&1 | Out-String
            if ($LASTEXITCODE -ne 0) {
                throw $output
            }

            $unpacked = Join-Path $folder ([guid]::NewGuid().ToString('n'))
            [IO.Compression.ZipFile]::ExtractToDirectory((Join-Path $folder "LightningOps.$version.nupkg"), $unpacked)
            $unpacked
        }

        # What a session opens with the module of a folder: the browser of the system writes its argument.
        function Get-OpenedAddress([string] $Unpacked, [string] $Command) {
            $programs = (New-Item (Join-Path $folder 'programs') -ItemType Directory -Force).FullName
            $browser = Join-Path $programs $(if ($IsMacOS) { 'open' } else { 'xdg-open' })
            [IO.File]::WriteAllText($browser, "#!/bin/sh`necho `"opened `$1`"`n")
            [IO.File]::SetUnixFileMode($browser, 'UserRead, UserExecute')
            & $shell -NoProfile -NonInteractive -Command "`$env:PATH = '$programs' + ':' + `$env:PATH; Import-Module '$Unpacked/LightningOps.psd1'; Get-Help $Command -Online"
        }
    }

    It 'are in the manifest, the package and each page, and Get-Help -Online opens the page' -Skip:$IsWindows {
        $unpacked = Invoke-Pack '-Task', 'Pack', '-ProjectUri', 'https://docs.example/ops/', '-IconUri', 'https://docs.example/icon.png'

        $about = (Import-PowerShellDataFile (Join-Path $unpacked 'LightningOps.psd1')).PrivateData.PSData
        $about.ProjectUri, $about.IconUri | Should -Be 'https://docs.example/ops/', 'https://docs.example/icon.png'
        (Test-ModuleManifest (Join-Path $unpacked 'LightningOps.psd1')).ProjectUri | Should -Be 'https://docs.example/ops/'
        [xml] $nuspec = Get-Content (Join-Path $unpacked 'LightningOps.nuspec') -Raw
        $nuspec.package.metadata.projectUrl, $nuspec.package.metadata.iconUrl | Should -Be 'https://docs.example/ops/', 'https://docs.example/icon.png'

        Get-OpenedAddress $unpacked 'Sync-ApertureConfig' | Should -Be 'opened https://docs.example/ops/docs/en-US/Sync-ApertureConfig.md'
        [xml] $help = Get-Content (Join-Path $unpacked 'en-US/LightningOps.PowerShell.dll-Help.xml') -Raw
        foreach ($command in $help.helpItems.command) {
            $uri = @($command.relatedLinks.navigationLink)[0].uri
            $uri | Should -Be "https://docs.example/ops/docs/en-US/$($command.details.name).md"
            Join-Path $root $uri.Substring('https://docs.example/ops/'.Length) | Should -Exist
        }
    }

    It 'can be a site of help pages alone' -Skip:$IsWindows {
        $unpacked = Invoke-Pack '-Task', 'Pack', '-HelpUri', 'https://docs.example/help?topic={0}'
        Get-OpenedAddress $unpacked 'Test-ApertureDrift' | Should -Be 'opened https://docs.example/help?topic=Test-ApertureDrift'
        (Import-PowerShellDataFile (Join-Path $unpacked 'LightningOps.psd1')).PrivateData.PSData.Contains('ProjectUri') | Should -BeFalse
    }

    It 'do not stay in the staged module' {
        $null = Invoke-Pack '-Task', 'Pack', '-ProjectUri', 'https://docs.example'
        (Import-PowerShellDataFile (Join-Path $staged 'LightningOps.psd1')).PrivateData.PSData.Contains('ProjectUri') | Should -BeFalse
        Get-Content (Join-Path $staged 'en-US/LightningOps.PowerShell.dll-Help.xml') -Raw | Should -Not -Match 'docs\.example'
    }

    It 'are refused before the build: <Reason>' -ForEach @(
        @{ Argument = '-Task', 'Pack', '-ProjectUri', 'http://docs.example'; Reason = "-ProjectUri 'http://docs.example' is not an absolute https address" }
        @{ Argument = '-Task', 'Pack', '-ProjectUri', 'docs.example/ops'; Reason = "-ProjectUri 'docs.example/ops' is not an absolute https address" }
        @{ Argument = '-Task', 'Pack', '-IconUri', 'https://user@docs.example/icon.png'; Reason = "-IconUri 'https://user@docs.example/icon.png' is not an absolute https address without user information" }
        @{ Argument = '-Task', 'Pack', '-HelpUri', 'file:///etc/{0}'; Reason = "-HelpUri 'file:///etc/{0}' is not an absolute https address" }
        @{ Argument = '-Task', 'Pack', '-HelpUri', 'https://docs.example/help'; Reason = "-HelpUri 'https://docs.example/help' has no {0} for the name of the command" }
        @{ Argument = '-Task', 'Build', '-ProjectUri', 'https://docs.example'; Reason = 'The addresses are those of a package. Add -Task Pack' }
    ) {
        $failure = { Invoke-Pack $Argument } | Should -Throw -PassThru
        # PowerShell wraps the message beside a bar.
        $failure -replace '[\s|]+', ' ' | Should -BeLike "*$Reason*"
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
