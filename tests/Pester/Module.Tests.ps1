BeforeAll {
    $manifest = & (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')
    Import-Module $manifest -Force
}

Describe 'The module' {
    It 'has a valid manifest' {
        (Test-ModuleManifest $manifest).Name | Should -Be 'LightningOps'
    }

    It 'exports what the manifest names' {
        $named = (Import-PowerShellDataFile $manifest).CmdletsToExport | Sort-Object
        (Get-Module LightningOps).ExportedCmdlets.Keys | Sort-Object | Should -Be $named
    }

    It 'uses approved verbs' {
        $verbs = (Get-Verb).Verb
        (Get-Command -Module LightningOps).Verb | Where-Object { $_ -notin $verbs } | Should -BeNullOrEmpty
    }

    It 'declares what each cmdlet gives' {
        Get-Command -Module LightningOps |
            Where-Object { -not $_.OutputType } |
            Should -BeNullOrEmpty
    }

    It 'keeps its assemblies in a context of its own' -Skip:($PSEdition -ne 'Core') {
        [void] (Test-ApertureConfig -Content 'a: 1' -Quiet)
        $default = [System.Runtime.Loader.AssemblyLoadContext]::Default
        $default.Assemblies.ForEach({ $_.GetName().Name }) | Should -Not -Contain 'YamlDotNet'
    }
}
