BeforeAll {
    $manifest = & (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')
    Import-Module $manifest -Force
    $served = @'
# kept by hand
listenaddr: "localhost:8081"
authenticator:
  disable: true
services:
  - name: old
    hostregexp: '^old.example$'
    pathregexp: '^/x$'
    address: "127.0.0.1:9000"
    protocol: http
    price: 5
'@
}

Describe 'Restore-L402Deployment' {
    It 'says which deployments it can bring back' {
        { Restore-L402Deployment -DeploymentId dep_none -Mode Local -StorePath "$TestDrive/none.db" -Force -ErrorAction Stop } | Should -Throw -ErrorId 'StoreError*'
        [void] (Import-LightningPaywall (Join-Path $PSScriptRoot '../LightningOps.Tests/Vectors/smoke/paywalls.json') -StorePath "$TestDrive/r.db")
        { Restore-L402Deployment -DeploymentId dep_none -Mode Local -StorePath "$TestDrive/r.db" -Force -ErrorAction Stop } | Should -Throw -ErrorId 'DeploymentNotRestorable*'
    }
}

Describe 'Sync-ApertureConfig' {
    BeforeEach {
        $file = Join-Path $TestDrive 'aperture.yaml'
        Set-Content $file $served
        $before = Get-FileHash $file
    }

    It 'shows the plan with -WhatIf and touches nothing' {
        $plan = Sync-ApertureConfig -Mode Mock -Gateway "file:$file" -Prune -WhatIf -PassThru
        $plan.Changes.Kind | Should -Be 'Added', 'Added', 'Removed'
        $plan.NeedsConfirmation | Should -BeTrue
        (Get-FileHash $file).Hash | Should -Be $before.Hash
        Get-ChildItem $TestDrive | Should -HaveCount 1
    }

    It 'applies exactly the plan that New-L402Plan wrote, and refuses a stale one' {
        $plan = New-L402Plan -Mode Mock -Gateway "file:$file" -OutFile "$TestDrive/plan.json"
        $plan.ExitCode | Should -Be 1
        Add-Content $file "  - name: other`n    hostregexp: '^b$'`n    pathregexp: '^/b$'`n    address: 'h:1'`n    protocol: http`n"
        { Sync-ApertureConfig -Mode Mock -PlanPath "$TestDrive/plan.json" -Approve $plan.Hash -ErrorAction Stop } | Should -Throw -ErrorId 'plan_stale*'
        Remove-Item "$TestDrive/plan.json"
    }

    It 'shows what requests meet before and after, in plan, report and -WhatIf, and counts an access log' {
        Set-Content "$TestDrive/access.log" 'openagents.com:443 203.0.113.7 - - [30/Nov/2026:12:00:00 +0000] "GET /api/weather/premium?key=s HTTP/1.1" 200 1 "-" "curl"'
        $plan = New-L402Plan -Mode Mock -Gateway "file:$file" -AccessLog "$TestDrive/access.log"
        $requests = $plan.Changes.Requests
        ($requests | Where-Object IsReal).Uri | Should -Be 'https://openagents.com/api/weather/premium'
        ($requests | Where-Object IsReal).After.PriceSats | Should -Be 3
        $plan.Traffic.NewlyPriced | Should -Be 1
        "$plan" | Should -BeLike '*3 sat from pw_weather.route_weather*'
        "$plan" | Should -Not -BeLike '*key=s*'
        $shown = Sync-ApertureConfig -Mode Mock -Gateway "file:$file" -WhatIf -PassThru
        $shown.Requests.After.PriceSats | Should -Contain 3
        "$shown" | Should -BeLike '*requests, before*https://openagents.com/api/weather/premium*3 sat from pw_weather.route_weather*'
    }

    It 'goes back when the gateway is not up, and the error id says why' {
        $result = Sync-ApertureConfig -Mode Mock -Gateway "file:$file" -HealthUrl http://127.0.0.1:9 -Force -ErrorVariable failure -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
        $result.DeploymentStatus | Should -Be 'RolledBack'
        "$($failure.FullyQualifiedErrorId)" | Should -BeLike 'health_check_failed,*'
        (Get-FileHash $file).Hash | Should -Be $before.Hash
    }

    It 'does not hang where nobody can be asked' {
        $script = "Import-Module '$manifest'; try { Sync-ApertureConfig -Mode Mock -Gateway 'file:$file' -Prune } catch { `$_.FullyQualifiedErrorId }"
        & (Join-Path $PSScriptRoot 'Support/Invoke-Pwsh.ps1') -NoProfile -NonInteractive -Command $script | Should -BeLike 'ConfirmationUnavailable,*'
        (Get-FileHash $file).Hash | Should -Be $before.Hash
    }

    It 'completes the name of a gateway' {
        (TabExpansion2 'Sync-ApertureConfig -Gateway f').CompletionMatches.CompletionText | Should -Be 'file:'
        Push-Location $TestDrive
        try {
            (TabExpansion2 'Sync-ApertureConfig -Gateway file:./ap').CompletionMatches.ListItemText | Should -Contain 'file:./aperture.yaml'
        }
        finally {
            Pop-Location
        }
    }

    It 'rolls out where something differs' {
        Test-ApertureDrift -Mode Mock | Where-Object InDrift | Sync-ApertureConfig -Mode Mock | ForEach-Object Ok | Should -BeTrue
    }
}

Describe 'Roll-outs of separate runs' {
    BeforeAll {
        . (Join-Path $PSScriptRoot 'Support/StandIns.ps1')
        [void] (New-Item "$TestDrive/standin" -ItemType Directory)
        $store = Join-Path $TestDrive 'steps.db'
        $file = Join-Path $TestDrive 'steps.yaml'
        $standIn = Start-StandIn "$TestDrive/standin"
        Set-Content $file "listenaddr: `"$($standIn.Aperture)`"", 'insecure: true', 'services: []'
        $local = @{ Mode = 'Local'; StorePath = $store }
        foreach ($number in 0..9) {
            [void] (New-LightningPaywall shop.example "/$number/*" https://up.example -PriceSats 100 -PaywallId "pw_$number" -Owner o @local)
        }

        # A process of its own, as a schedule starts it.
        function Invoke-Run([string] $change) {
            $script = "Import-Module '$manifest'; `$local = @{ Mode = 'Local'; StorePath = '$store' }; $change; " +
                "Sync-ApertureConfig @local -Gateway 'file:$file' -Force -ErrorVariable failure -ErrorAction SilentlyContinue -WarningAction SilentlyContinue | Out-Null; `"`$(`$failure)`""
            (& (Join-Path $PSScriptRoot 'Support/Invoke-Pwsh.ps1') -NoProfile -NonInteractive -Command $script | Out-String).Trim()
        }

        Invoke-Run '' | Should -BeNullOrEmpty
    }

    AfterAll { Stop-StandIn $standIn }

    It 'add up for the guard rails, in prices and in removals' {
        Invoke-Run '[void] (Set-LightningPaywall pw_0 -PriceSats 180 @local)' | Should -BeNullOrEmpty
        Invoke-Run '[void] (Set-LightningPaywall pw_0 -PriceSats 300 @local)' | Should -BeLike '*pw_0*from 100 sat to 300 sat within a day*'
        Get-Content $file -Raw | Should -Match 'price: 180'
        Invoke-Run '[void] (Set-LightningPaywall pw_0 -PriceSats 180 @local); Remove-LightningPaywall pw_8, pw_9 -Force @local' | Should -BeNullOrEmpty
        Invoke-Run 'Remove-LightningPaywall pw_7 -Force @local' | Should -BeLike '*3 of 10 services would be removed within a day (30 %, the limit is 20 %)*'
        Get-Content $file -Raw | Should -Match 'pw_7'
        $warning = Sync-ApertureConfig @local -Gateway "file:$file" -WhatIf 3>&1 6>$null
        "$warning" | Should -BeLike '*3 of 10 services would be removed within a day*'
    }

    It 'begin anew where somebody agreed to a plan' {
        $plan = New-L402Plan @local -Gateway "file:$file" -OutFile "$TestDrive/steps.json"
        "$($plan.GuardRails)" | Should -BeLike '*3 of 10 services would be removed within a day*'
        [void] (Sync-ApertureConfig @local -PlanPath "$TestDrive/steps.json" -Approve $plan.Hash -WarningAction SilentlyContinue)
        Get-Content $file -Raw | Should -Not -Match 'pw_7'
        Invoke-Run 'Remove-LightningPaywall pw_6 -Force @local' | Should -BeNullOrEmpty
        Invoke-Run 'Remove-LightningPaywall pw_5 -Force @local' | Should -BeLike '*2 of 7 services would be removed within a day*'
    }

    It 'are in the journal where a watch makes them, which does not undo a restored gateway' {
        [void] (New-LightningPaywall shop.example /5/* https://up.example -PriceSats 100 -PaywallId pw_5 -Owner o @local)
        [void] (Set-LightningPaywall pw_0 -PriceSats 200 @local)
        $watched = Sync-ApertureConfig @local -Gateway "file:$file" -Watch -Force -WarningAction SilentlyContinue | Select-Object -First 1
        $entry = Get-LightningOpsJournal @local -Kind Rollout -First 1
        $entry.Deed.Action | Should -Be 'reconcile by a watch' -Because 'the load was not seen'
        $entry.Deed.DeploymentId | Should -Be $watched.DeploymentId
        (Get-L402Deployment @local -First 1).Gateway | Should -Be "file:$file"

        Connect-LightningOps @local
        try {
            Set-L402Gateway "file:$file" -Reconcile Off -WarningAction SilentlyContinue
        }
        finally {
            Disconnect-LightningOps
        }

        $before = Get-FileHash $file
        [void] (Set-LightningPaywall pw_0 -PriceSats 210 @local)
        $refused = Sync-ApertureConfig @local -Gateway "file:$file" -Watch -Force -ErrorAction SilentlyContinue -WarningAction SilentlyContinue | Select-Object -First 1
        $refused.FailureCode | Should -Be 'reconcile_suspended'
        (Get-FileHash $file).Hash | Should -Be $before.Hash
    }
}

Describe 'What a roll-out and a comparison leave behind' {
    BeforeAll {
        . (Join-Path $PSScriptRoot 'Support/StandIns.ps1')
        $standIn = Start-StandIn (New-Item "$TestDrive/behind" -ItemType Directory).FullName
        $restart = Join-Path $standIn.Folder 'restart'
        $reload = Join-Path $TestDrive 'reload.ps1'
        Set-Content $reload "Set-Content '$restart' 1; while (Test-Path '$restart') { Start-Sleep -Milliseconds 20 }"
        $shell = [System.Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
        $own = if (Test-Path (Join-Path $PSHOME 'System.Private.CoreLib.dll')) { @($shell) } else { $shell, (Join-Path $PSHOME 'pwsh.dll') }
        $file = Join-Path $TestDrive 'behind.yaml'
        Set-Content $file @"
listenaddr: "$($standIn.Aperture)"
insecure: true
services:
  - name: pw_weather.route_weather
    hostregexp: '(?i)^openagents\.com\.?(:[0-9]+)?$'
    pathregexp: '^/api/weather/premium$'
    address: 'weather.vendor.example.com:443'
    protocol: https
    price: 9
  - name: old
    hostregexp: '^old\.example$'
    pathregexp: '^/x$'
    address: "127.0.0.1:9000"
    protocol: http
    price: 5
"@
        $store = @{ Mode = 'Local'; StorePath = Join-Path $TestDrive 'behind.db' }
        Get-LightningPaywall -Mode Mock | Import-LightningPaywall @store -Confirm:$false | Out-Null
        $target = @{ Gateway = "file:$file"; Prune = $true }
        $go = @{ Force = $true; MaxRemovePercent = 100; MaxPriceChangePercent = 1000; ReloadCommand = $own + '-NoProfile', '-File', $reload; WarningAction = 'SilentlyContinue' }
    }

    AfterAll { Stop-StandIn $standIn }

    It 'has the plan with its values, what is removed, the asked prices and readable routes, in the report and in JUnit' {
        $day = [datetime]::UtcNow.ToString('yyyy-MM-ddT')
        Test-ApertureDrift @store @target | Export-L402Artifact "$TestDrive/out/drift" -JUnitPath "$TestDrive/out/drift.xml"
        $script:first = Sync-ApertureConfig @store @target @go
        $first.DeploymentStatus | Should -Be 'Applied' -Because "$($first.FailureReason)"
        $first | Export-L402Artifact "$TestDrive/out/rolled" -JUnitPath "$TestDrive/out/rolled.xml"

        foreach ($name in 'drift', 'rolled') {
            [xml] $junit = Get-Content "$TestDrive/out/$name.xml" -Raw
            $suite = $junit.testsuites.testsuite
            $suite.timestamp | Should -BeLike "$day*" -Because $name
            [double] $suite.time | Should -BeGreaterThan 0 -Because $name
            $page = [System.Net.WebUtility]::HtmlDecode(((Get-Content "$TestDrive/out/$name/report.html" -Raw) -replace '<wbr>', '' -replace '<[^>]+>', ' ')) -replace '\s+', ' '
            foreach ($text in $suite.'system-out', $page) {
                $text | Should -Match 'price: 9 sat → 3 sat' -Because $name
                $text | Should -Match 'price: 5 sat → none' -Because "the removed service has its values in $name"
                $text | Should -Match 'openagents\.com/\s?api/\s?weather/\s?premium' -Because $name
                $text | Should -Not -Match '2\.5 sat' -Because 'a fraction of a satoshi is never asked'
            }
        }
    }

    It 'has no value of a header, which may be a key of the upstream, in any text or file that a CI keeps' {
        $secret = Join-Path $TestDrive 'secret.yaml'
        Set-Content $secret ((Get-Content $file -Raw) -replace '(?m)^    price: (\d+)$', "    price: `$1`n    headers:`n      Authorization: 'Bearer SECRETSECRET'")
        (Get-Content $secret -Raw) | Should -Match 'SECRETSECRET'
        $of = @{ Gateway = "file:$secret"; Prune = $true; Mode = 'Mock' }
        $drift = Test-ApertureDrift @of
        $drift.Plan.Changes.Members.Member | Should -Contain 'headers.Authorization'
        $drift | Export-L402Artifact "$TestDrive/secret" -JUnitPath "$TestDrive/secret/junit.xml"
        $null = New-L402Plan @of -OutFile "$TestDrive/secret/plan.json"
        $texts = @(
            $drift | Out-String -Width 4000
            $drift.Plan | Out-String -Width 4000
            $drift.Plan.Changes | Format-List | Out-String -Width 4000
            $drift | Export-Json
            & (Join-Path $PSScriptRoot 'Support/Invoke-Pwsh.ps1') -NoProfile -NonInteractive -Command "Import-Module '$manifest'; Sync-ApertureConfig -Mode Mock -Gateway 'file:$secret' -Prune -WhatIf" | Out-String
            Get-ChildItem "$TestDrive/secret" -File | ForEach-Object { Get-Content $_.FullName -Raw }
        )
        $texts.Count | Should -Be 10
        $texts | Should -Not -Match 'SECRETSECRET'
        ($texts -match 'headers\.Authorization').Count | Should -BeGreaterThan 5 -Because 'that it changes is not withheld'
    }

    It 'says how long the last start took and how many requests a drain would save, before it asks and in the result' {
        "$($first.RestartCost)" | Should -Match '^The last start of Aperture took \d+\.\d s\. How many requests a drain would save is not known\.$'
        $log = Join-Path $TestDrive 'access.log'
        $start = [DateTimeOffset]::new(2026, 11, 30, 12, 0, 0, [timespan]::Zero)
        Set-Content $log (0..60 | ForEach-Object { '203.0.113.7 - - [{0} +0000] "GET /a HTTP/1.1" 200 1 "-" "curl"' -f $start.AddSeconds($_).ToString('dd/MMM/yyyy:HH:mm:ss', [cultureinfo]::InvariantCulture) })
        Set-LightningPaywall pw_weather -PriceSats 4 @store -Confirm:$false | Out-Null

        $question = & (Join-Path $PSScriptRoot 'Support/Invoke-Pwsh.ps1') -NoProfile -NonInteractive -Command "Import-Module '$manifest'; Sync-ApertureConfig -Mode Local -StorePath '$($store.StorePath)' -Gateway 'file:$file' -Prune -WhatIf -ReloadCommand '$($own[0])' -AccessLogPath '$log' 3>`$null" | Out-String
        ($question -replace '\s+', ' ') | Should -Match 'The last start of Aperture took \d+\.\d s\. At 1 requests per second a restart costs about \d+ requests?, which a drain saves\.'
        $script:second = Sync-ApertureConfig @store @target @go -AccessLogPath $log
        "$($second.RestartCost)" | Should -Match 'a restart costs about \d+ requests?, which a drain saves'
        $second.RestartCost.Requests | Should -BeGreaterThan 0
    }

    It 'asks for a wallet, and not for the address that was given, where a paid request was not made' {
        $shop = @{ Mode = 'Local'; StorePath = Join-Path $TestDrive 'shop.db' }
        $null = New-LightningPaywall shop.example.com /premium/* $standIn.Upstream -PriceSats 3 -OwnerId o @shop -Confirm:$false -WarningAction SilentlyContinue
        Set-Content "$TestDrive/shop.yaml" "listenaddr: `"$($standIn.Aperture)`"", 'services: []'
        $warnings = Sync-ApertureConfig @shop -Gateway "file:$TestDrive/shop.yaml" -Force -ReloadCommand $go.ReloadCommand -ChallengeUrl $standIn.Shop 3>&1 | Where-Object { $_ -is [System.Management.Automation.WarningRecord] }
        @("$($warnings -join "`n")" -split "`n" -like '*Proxy check skipped*') | Should -BeLike '*no wallet to pay with. Use -Payer*'
        "$warnings" | Should -Not -BeLike '*Use -ChallengeUrl*'
        "$warnings" | Should -Not -BeLike '*Challenge check skipped*'
    }

    It 'is found by who did it, when, where, and with which result' {
        $all = @(Get-L402Deployment @store)
        $all.DeploymentId | Should -Be $second.DeploymentId, $first.DeploymentId
        $all[0].Who | Should -Not -BeNullOrEmpty
        @(Get-L402Deployment @store -Who $all[0].Who).Count | Should -Be 2
        @(Get-L402Deployment @store -Who nobody).Count | Should -Be 0
        $between = $all[0].CreatedAt
        (Get-L402Deployment @store -Since $between).DeploymentId | Should -Be $second.DeploymentId
        (Get-L402Deployment @store -Until $between).DeploymentId | Should -Be $first.DeploymentId
        @(Get-L402Deployment @store -Gateway "file:$file").Count | Should -Be 2
        @(Get-L402Deployment @store -Gateway memory).Count | Should -Be 0
        @(Get-L402Deployment @store -Status RolledBack).Count | Should -Be 0
        $all[0].Gateway | Should -Be "file:$file"
        "$($all[0].Changes)" | Should -Match 'pw_weather'
    }
}

Describe 'Test-ApertureDrift' {
    It 'is an error and no answer when the gateway cannot be read' {
        { Test-ApertureDrift -Mode Mock -Gateway "file:$TestDrive/nowhere.yaml" -Quiet } | Should -Throw -ErrorId 'GatewayError*'
    }
}

Describe 'Invoke-L402Smoke Staging' {
    It 'gives the recorded json' {
        $recorded = Get-Content (Join-Path $PSScriptRoot '../LightningOps.Tests/Vectors/smoke/staging.json') -Raw
        Invoke-L402Smoke Staging -Format RouteDocument | Export-Json | Should -Be $recorded.Trim()
    }
}
