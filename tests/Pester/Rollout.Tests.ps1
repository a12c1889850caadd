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
        $entry.Deed.Action | Should -Be 'reconciled by a watch'
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
