#requires -PSEdition Core
# The scripts of the folder Examples of the module, each in a session of its own and in a folder of its own.

BeforeDiscovery {
    $folder = Join-Path (Split-Path (& (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1'))) 'Examples'
    $expected = @{
        'compile-paywalls' = { $_.Starts | Should -BeTrue; $_.Routes.Count | Should -Be 2; $_.ConfigHash | Should -BeLike 'cfg_*'; $_.File | Should -Exist }
        'plan-and-apply'   = { $_.Adopted | Should -Be 'quotes'; $_.Deployment | Should -Be 'Applied'; $_.Services.Count | Should -Be 2 }
        'sell-and-buy'     = { $_.AskedSats | Should -Be 5; $_.State | Should -Be 'Paid'; $_.CostSats | Should -BeLessOrEqual 10; $_.Sold | Should -Be 1 }
        'stop-selling'     = { $_.Pause | Should -Be 'node is being moved'; $_.Owner | Should -Be 'asked for by the owner'; $_.Closed | Should -Be 1; $_.ClosedAfter | Should -Be 0; $_.Journal | Should -Be 4 }
    }
    $scripts = @(Get-ChildItem $folder -Filter *.ps1 | ForEach-Object { @{ Name = $_.BaseName; File = $_.FullName; Expected = $expected[$_.BaseName] } })
}

BeforeAll {
    $manifest = & (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')
    $shell = Join-Path $PSScriptRoot 'Support/Invoke-Pwsh.ps1'
}

Describe 'The example <Name>' -ForEach $scripts {
    It 'has help with a synopsis, two examples and every parameter' {
        $help = Get-Help $File -Full
        $help.Synopsis | Should -Not -BeNullOrEmpty
        @($help.examples.example).Count | Should -BeGreaterOrEqual 2
        (Get-Help $File -Parameter Directory).description.Text | Should -Not -BeNullOrEmpty
    }

    It 'runs as it is and gives the result it promises' {
        $out = Join-Path $TestDrive $Name
        $kept = @{}
        foreach ($variable in Get-ChildItem Env:OA_LIGHTNING_*) {
            $kept[$variable.Name] = $variable.Value
        }

        Remove-Item Env:OA_LIGHTNING_*
        try {
            $json = & $shell -NoProfile -NonInteractive -Command "Import-Module '$manifest'; & '$File' -Directory '$out' | ConvertTo-Json -Depth 3" 2>&1
        }
        finally {
            foreach ($one in $kept.Keys) {
                Set-Item "Env:$one" $kept[$one]
            }
        }

        $LASTEXITCODE | Should -Be 0 -Because ($json | Out-String)
        $Expected | Should -Not -BeNullOrEmpty -Because 'a new example needs an expected result here'
        ($json | Out-String | ConvertFrom-Json) | ForEach-Object $Expected
        Join-Path $out 'store.db' | Should -Exist
    }
}

Describe 'The manifest' {
    It 'has the newest section of the changelog as its release notes' {
        $notes = (Import-PowerShellDataFile $manifest).PrivateData.PSData.ReleaseNotes
        $changes = Get-Content (Join-Path (Split-Path $manifest) 'CHANGELOG.md')
        $first = [array]::FindIndex([string[]] $changes, [Predicate[string]] { $args[0].StartsWith('## ') })
        $section = foreach ($line in $changes[($first + 1)..($changes.Count - 1)]) {
            if ($line.StartsWith('## ')) { break }
            $line.TrimEnd()
        }

        $section = ($section -join "`n").Trim("`n")
        $rest = "`n`nMore changes are in CHANGELOG.md in the folder of the module."
        if ($notes.EndsWith($rest)) {
            $section.StartsWith($notes.Substring(0, $notes.Length - $rest.Length)) | Should -BeTrue
            $notes.Length | Should -BeGreaterThan 6000
        }
        else {
            $notes | Should -BeExactly $section
        }

        $notes.Length | Should -BeLessOrEqual 8000
    }
}
