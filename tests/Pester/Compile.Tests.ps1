BeforeAll {
    Import-Module (Join-Path $PSScriptRoot '../../artifacts/module/LightningOps/LightningOps.psd1') -Force
    $vectors = Join-Path $PSScriptRoot '../LightningOps.Tests/Vectors'
}

Describe 'Invoke-LightningCompile' {
    It 'compiles a snapshot file to a configuration' {
        Invoke-LightningCompile "$vectors/smoke/paywalls.json" -OutFile "$TestDrive/aperture.yaml"
        Get-Content "$TestDrive/aperture.yaml" | Should -Contain 'services:'
    }

    It 'takes the files of Get-ChildItem' {
        Get-ChildItem "$vectors/smoke/paywalls.json" | Invoke-LightningCompile | ForEach-Object RuleCount | Should -Be 2
    }

    It 'takes what ConvertFrom-Json gives' {
        $paywalls = Get-Content "$vectors/smoke/paywalls.json" -Raw | ConvertFrom-Json
        ($paywalls | Invoke-LightningCompile).RuleCount | Should -Be 2
    }

    It 'fails with a stable id when the paywalls do not compile' {
        $paywall = Get-LightningPaywall pw_news -Mode Mock
        { $paywall, $paywall | Invoke-LightningCompile -ErrorAction Stop } | Should -Throw -ErrorId 'CompileInvalid*'
    }

    It 'shows its diagnostics in <Width> columns without cutting one' -ForEach @{ Width = 80 }, @{ Width = 120 } {
        $text = (Invoke-LightningCompile -Mode Mock).Diagnostics | Out-String -Width $Width
        $text | Should -Match 'Quotas count per credential'
        $text | Should -Not -Match ([char] 0x2026)
        ($text -split "`r?`n").ForEach({ $_.TrimEnd().Length }) | ForEach-Object { $_ | Should -BeLessOrEqual $Width }
    }
}

Describe 'Get-LightningPaywall and Import-LightningPaywall' {
    It 'keeps paywalls in a store' {
        (Import-LightningPaywall "$vectors/smoke/paywalls.json" -StorePath "$TestDrive/s.db").Added | Should -Be 2
        (Get-LightningPaywall -Mode Local -StorePath "$TestDrive/s.db").PaywallId | Should -Be 'pw_weather', 'pw_news'
    }

    It 'touches nothing with -WhatIf' {
        Import-LightningPaywall "$vectors/smoke/paywalls.json" -StorePath "$TestDrive/none.db" -WhatIf
        "$TestDrive/none.db" | Should -Not -Exist
    }
}

Describe 'Test-ApertureConfig' {
    It 'finds what Aperture ignores' {
        (Test-ApertureConfig -Content "autenticator: x`n").Diagnostics.Code | Should -Contain 'unknown_key'
    }

    It 'groups and filters' {
        $report = Test-ApertureConfig -Content "autenticator: x`n"
        ($report.Diagnostics | Where-Object Severity -EQ Error).Count | Should -BeGreaterThan 0
    }
}

Describe 'Invoke-L402Smoke' {
    It 'gives the recorded json' {
        $recorded = Get-Content "$vectors/smoke/compile.json" -Raw
        Invoke-L402Smoke Compile -Mode Mock -Format RouteDocument | Export-Json | Should -Be $recorded.Trim()
    }
}
