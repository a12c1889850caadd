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
