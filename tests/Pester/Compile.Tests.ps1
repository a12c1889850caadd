BeforeAll {
    Import-Module (& (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')) -Force
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
        $text | Should -Match 'Quotas count the accepted requests'
        $text | Should -Not -Match ([char] 0x2026)
        ($text -split "`r?`n").ForEach({ $_.TrimEnd().Length }) | ForEach-Object { $_ | Should -BeLessOrEqual $Width }
    }
}

Describe 'Get-LightningPaywall and Import-LightningPaywall' {
    It 'keeps paywalls in a store' {
        (Import-LightningPaywall "$vectors/smoke/paywalls.json" -StorePath "$TestDrive/s.db").Added | Should -Be 2
        (Get-LightningPaywall -Mode Local -StorePath "$TestDrive/s.db").PaywallId | Should -Be 'pw_weather', 'pw_news'
    }

    It 'does not empty a store because <Name>' -ForEach @(
        @{ Name = 'no file was found'; Pipeline = { Get-ChildItem "$TestDrive/*.none" | Import-LightningPaywall -StorePath "$TestDrive/full.db" }; Id = 'ConfigError*' }
        @{ Name = 'an object is no paywall'; Pipeline = { Get-LightningPaywall pw_news -Mode Mock | ForEach-Object { $_, 'x' } | Import-LightningPaywall -StorePath "$TestDrive/full.db" }; Id = 'ControlPlaneDecodeError*' }
    ) {
        [void] (Import-LightningPaywall "$vectors/smoke/paywalls.json" -StorePath "$TestDrive/full.db")
        $Pipeline | Should -Throw -ErrorId $Id
        (Get-LightningPaywall -Mode Local -StorePath "$TestDrive/full.db").Count | Should -Be 2
    }

    It 'finds paywalls with wildcards, and names one that is missing' {
        (Get-LightningPaywall pw_w* -Mode Mock).PaywallId | Should -Be 'pw_weather'
        { Get-LightningPaywall pw_none -Mode Mock -ErrorAction Stop } | Should -Throw -ErrorId 'PaywallNotFound*'
    }

    It 'completes ids' {
        $typed = 'Get-LightningPaywall -Mode Mock -PaywallId pw_'
        (TabExpansion2 $typed $typed.Length).CompletionMatches.CompletionText | Sort-Object | Should -Be 'pw_news', 'pw_weather'
    }

    It 'touches nothing with -WhatIf' {
        Import-LightningPaywall "$vectors/smoke/paywalls.json" -StorePath "$TestDrive/none.db" -WhatIf
        "$TestDrive/none.db" | Should -Not -Exist
    }
}

Describe 'Get-L402Deployment' {
    It 'tells what was compiled from a store, the last first' {
        $folder = Join-Path $TestDrive "a folder [1] $([char] 0xE9)"
        [void] [IO.Directory]::CreateDirectory($folder)
        $store = Join-Path $folder 's.db'
        [void] (Import-LightningPaywall "$vectors/smoke/paywalls.json" -StorePath $store)
        $made = 1..2 | ForEach-Object { Invoke-LightningCompile -Mode Local -StorePath $store -Record }
        (Get-L402Deployment -IncludeCompiled -Mode Local -StorePath $store).DeploymentId | Should -Be $made[1].DeploymentId, $made[0].DeploymentId
        (Get-L402Deployment $made[0].DeploymentId -Mode Local -StorePath $store).ConfigHash | Should -Be $made[0].ConfigHash
        { Get-L402Deployment dep_none -Mode Local -StorePath $store -ErrorAction Stop } | Should -Throw -ErrorId 'DeploymentNotFound*'
    }
}

Describe 'Export-ApertureConfig' {
    It 'writes the artifact, whole and only with the consent of -WhatIf' {
        $result = Invoke-LightningCompile -Mode Mock
        $result | Export-ApertureConfig "$TestDrive/a.yaml" -WhatIf
        "$TestDrive/a.yaml" | Should -Not -Exist
        $result | Export-ApertureConfig "$TestDrive/a.yaml"
        Get-Content "$TestDrive/a.yaml" -Raw | Should -BeExactly $result.ApertureYaml
    }

    It 'keeps the settings of a base configuration' {
        Set-Content "$TestDrive/base.yaml" "listenaddr: localhost:8081 # kept`nservices: []" -NoNewline
        Invoke-LightningCompile -Mode Mock | Export-ApertureConfig "$TestDrive/b.yaml" -BaseConfig "$TestDrive/base.yaml"
        Get-Content "$TestDrive/b.yaml" | Select-Object -First 1 | Should -Be 'listenaddr: localhost:8081 # kept'
    }
}

Describe 'Export-Json' {
    It 'writes one object as itself and several as a list' {
        Get-LightningPaywall pw_news -Mode Mock | Export-Json "$TestDrive/one.json"
        Get-LightningPaywall -Mode Mock | Export-Json "$TestDrive/two.json"
        (Get-Content "$TestDrive/one.json" -Raw | ConvertFrom-Json).paywallId | Should -Be 'pw_news'
        (Get-Content "$TestDrive/two.json" -Raw | ConvertFrom-Json).Count | Should -Be 2
        (Invoke-LightningCompile "$TestDrive/two.json").RuleCount | Should -Be 2
    }

    It 'writes no secret' {
        $secret = ConvertTo-SecureString 'correct-horse-battery-staple' -AsPlainText -Force
        @{ secret = $secret; login = [pscredential]::new('u', $secret) } | Export-Json | Should -Not -Match 'horse'
    }
}

Describe 'The compile in another culture' {
    It 'gives the same bytes' {
        $here = (Invoke-LightningCompile -Mode Mock).ConfigHash.ToString()
        $culture = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'tr-TR'
            (Invoke-LightningCompile -Mode Mock).ConfigHash.ToString() | Should -Be $here
        }
        finally {
            [cultureinfo]::CurrentCulture = $culture
        }
    }

    It 'gives the same bytes from a snapshot with Windows line ends and a byte order mark' {
        $text = (Get-Content "$vectors/smoke/paywalls.json" -Raw) -replace "`r?`n", "`r`n"
        [IO.File]::WriteAllText("$TestDrive/crlf.json", $text, [Text.UTF8Encoding]::new($true))
        (Invoke-LightningCompile "$TestDrive/crlf.json").ConfigHash | Should -Be (Invoke-LightningCompile "$vectors/smoke/paywalls.json").ConfigHash
    }
}

Describe 'Test-ApertureConfig' {
    It 'takes an artifact as it comes from a compile' {
        Invoke-LightningCompile -Mode Mock | Test-ApertureConfig -Quiet | Should -BeTrue
    }

    It 'names the line of what Aperture does not compile' {
        $report = Test-ApertureConfig -Content "services:`n  - name: a`n    hostregexp: '('`n    address: h:1`n    protocol: http`n"
        $report.Valid | Should -BeFalse
        ($report.Diagnostics | Where-Object Code -EQ expression_invalid).Line | Should -Be 3
    }

    It 'goes on to the next file after one that is missing' {
        Set-Content "$TestDrive/ok.yaml" 'a: 1'
        $reports = Test-ApertureConfig "$TestDrive/none.yaml", "$TestDrive/ok.yaml" -ErrorAction SilentlyContinue -ErrorVariable missing
        @($reports).Count | Should -Be 1
        $missing[0].FullyQualifiedErrorId | Should -BeLike 'FileNotFound*'
    }

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

Describe 'One JSON document for CI' {
    It 'has the members of the older service' {
        $compile = Invoke-LightningCompile -Mode Mock -Format RouteDocument -AsJson | ConvertFrom-Json
        $compile.ok | Should -BeTrue
        $compile.diagnosticsCount | Should -Be 0
        $compile.PSObject.Properties.Name | Should -Be 'ok', 'configHash', 'ruleCount', 'valid', 'deploymentStatus', 'deploymentId', 'diagnosticsCount', 'diagnostics'
        (Invoke-L402Smoke Compile -Mode Mock -AsJson | ConvertFrom-Json).ok | Should -BeTrue
    }

    It 'is there when the command fails, and the error, too' {
        $json = Invoke-LightningCompile "$TestDrive/none.json" -AsJson -ErrorAction SilentlyContinue -ErrorVariable failed
        ($json | ConvertFrom-Json).ok | Should -BeFalse
        ($json | ConvertFrom-Json).error | Should -Match 'none.json'
        $failed.Count | Should -BeGreaterThan 0
        $json = Invoke-L402Smoke FullFlow -Mode Mock -LocalArtifact "$TestDrive/none.json" -ArtifactDirectory "$TestDrive/out" -AsJson -ErrorAction SilentlyContinue
        @($json).Count | Should -Be 1
        ($json | ConvertFrom-Json).ok | Should -BeFalse
        ($json | ConvertFrom-Json).error | Should -Match 'full_flow_local_artifact_missing'
    }

    It 'has the diagnostics of a compile without an artifact' {
        Set-Content "$TestDrive/empty.json" '[]'
        $json = Invoke-LightningCompile "$TestDrive/empty.json" -AsJson -ErrorAction SilentlyContinue -WarningAction SilentlyContinue | ConvertFrom-Json
        $json.ok | Should -BeFalse
        $json.diagnostics.code | Should -Contain 'no_compilable_routes'
    }

    It 'says of what is no paywall what to pipe' {
        try {
            'text' | Invoke-LightningCompile -ErrorAction Stop
        }
        catch {
            $failed = $_
        }

        $failed.ErrorDetails.RecommendedAction | Should -Match 'Get-LightningPaywall'
    }
}

