#requires -PSEdition Core
# The help as the module ships it: complete, in step with the cmdlets, and every example run.

BeforeDiscovery {
    $manifest = & (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')
    Import-Module $manifest -Force
    $pages = Join-Path $PSScriptRoot '../../docs/en-US'
    $cmdlets = foreach ($command in Get-Command -Module LightningOps -CommandType Cmdlet) {
        $page = Join-Path $pages "$($command.Name).md"
        $text = if (Test-Path $page) { Get-Content $page -Raw } else { '' }
        $number = 0
        @{
            Name     = $command.Name
            Examples = foreach ($example in @((Get-Help $command.Name).examples.example | Where-Object { $_ })) {
                $number++
                @{
                    Cmdlet = $command.Name
                    Title  = $example.title.Trim('- ')
                    Code   = $example.code
                    Fails  = [regex]::Match($text, "(?m)^### Example ${number}: .*\n\n<!-- error: (\S+) -->").Groups[1].Value
                }
            }
        }
    }
    $topics = @(Get-ChildItem $pages -Filter 'about_*.md' | ForEach-Object {
        @{
            Topic  = $_.BaseName
            Blocks = [regex]::Matches((Get-Content $_ -Raw), '(?ms)^```powershell\n(.*?)^```').ForEach({ @{ Code = $_.Groups[1].Value } })
        }
    })
    $topics += foreach ($page in 'README.md', 'docs/operator-checklist.md') {
        @{
            Topic  = $page
            Blocks = [regex]::Matches((Get-Content (Join-Path $PSScriptRoot "../../$page") -Raw), '(?ms)^```powershell\n(.*?)^```').ForEach({ @{ Code = $_.Groups[1].Value } })
        }
    }
    $number = 0
    $sessions = foreach ($topic in $topics) {
        foreach ($block in $topic.Blocks) {
            $number++
            # Building is what the tests of the build are for.
            if ($block.Code -match '^dotnet build') {
                continue
            }

            @{ Topic = $topic.Topic; Number = $number; Code = $block.Code }
        }
    }
}

BeforeAll {
    $manifest = & (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')
    Import-Module $manifest -Force
    . (Join-Path $PSScriptRoot 'Support/ExampleWorld.ps1')
}

Describe 'The help pages' {
    It 'are in step with the cmdlets' {
        & (Join-Path $PSScriptRoot '../../docs/Update-HelpPages.ps1') -Module (Split-Path $manifest) -Check | Should -BeNullOrEmpty -Because 'build.ps1 -Task Docs writes what changed'
    }
}

Describe 'Get-Help -Online' {
    It 'reports that no address is specified, as about_LightningOps says, and opens nothing' {
        { Get-Help Sync-ApertureConfig -Online -ErrorAction Stop } | Should -Throw '*address (URI)*is not specified*' -ErrorId 'InvalidOperation,Microsoft.PowerShell.Commands.GetHelpCommand'
        Get-Help about_LightningOps | Out-String | Should -Match 'address\s+\(URI\)\s+is\s+not\s+specified'
    }
}

Describe '<Name>' -ForEach $cmdlets {
    It 'is shown by -?' {
        Invoke-Expression "$Name -?" | Out-String | Should -Match "(?s)$Name.*SYNOPSIS.*SYNTAX"
    }

    It 'has a synopsis, a description and three examples' {
        $help = Get-Help $Name -Full
        $help.Synopsis | Should -Not -Match '\[' -Because 'without help Get-Help shows the syntax'
        ($help.description.Text -join ' ').Length | Should -BeGreaterThan 40
        @($help.examples.example).Count | Should -BeGreaterOrEqual 3
        $help.alertSet.alert.Text | Should -Not -BeNullOrEmpty
    }

    It 'describes every parameter' {
        $own = (Get-Command $Name).Parameters.Keys | Where-Object { $_ -notin [System.Management.Automation.Cmdlet]::CommonParameters }
        foreach ($parameter in $own) {
            (Get-Help $Name -Parameter $parameter).description.Text | Should -Not -BeNullOrEmpty -Because $parameter
        }
    }

    It 'names its output' {
        $help = Get-Help $Name
        foreach ($type in (Get-Command $Name).OutputType.Name | Where-Object { $_ -ne 'System.Void' }) {
            $help.returnValues.returnValue.type.name | Should -Contain $type
        }
    }
}

Describe 'The examples' {
    BeforeAll {
        $world = New-ExampleWorld (Join-Path $TestDrive 'world') $manifest
    }

    AfterAll {
        Remove-ExampleWorld $world
    }

    It '<Cmdlet>: <Title>' -ForEach @($cmdlets.Examples) {
        $outcome = Invoke-Example $world $Code
        if ($Fails) {
            "$($outcome.Errors[-1].FullyQualifiedErrorId)" | Should -BeLike "$Fails,*"
        }
        else {
            $outcome.Errors | ForEach-Object { "$_" } | Should -BeNullOrEmpty
        }
    }

    It '<Topic>: block <Number>' -ForEach $sessions {
        (Invoke-Example $world $Code).Errors | ForEach-Object { "$_" } | Should -BeNullOrEmpty
    }
}

Describe '<Topic>' -ForEach @($topics | Where-Object Topic -Like 'about_*') {
    It 'is shown by Get-Help' {
        Get-Help $Topic | Out-String | Should -Match "TOPIC\s+$Topic"
    }

    It 'fits a terminal of 80 columns' {
        $file = Join-Path (Split-Path $manifest) "en-US/$Topic.help.txt"
        Get-Content $file | Where-Object { $_.Length -gt 80 } | Should -BeNullOrEmpty
    }
}
