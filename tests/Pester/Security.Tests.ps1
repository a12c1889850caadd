BeforeAll {
    Import-Module (& (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')) -Force
    $vectors = Join-Path $PSScriptRoot '../LightningOps.Tests/Vectors'
    $credentials = 'GATEWAY_INVOICE', 'SETTLEMENT_READ', 'OPERATOR_ADMIN'
    foreach ($name in $credentials) {
        Set-Item "Env:OA_LIGHTNING_OPS_CRED_$name" "a-credential-of-this-test-$name"
    }
}

AfterAll {
    Disconnect-LightningOps
    Remove-Item Env:OA_LIGHTNING_OPS_CRED_*
}

Describe 'Switches' {
    BeforeEach {
        $store = Join-Path $TestDrive "$([guid]::NewGuid()).db"
        [void] (Import-LightningPaywall "$vectors/smoke/paywalls.json" -StorePath $store)
        Connect-LightningOps Local -StorePath $store
    }

    It 'Set-L402GlobalPause closes every rule of the next compile, and opens them again' {
        Set-L402GlobalPause -Active -Reason 'drill' -Force | ForEach-Object GlobalPause | Should -BeTrue
        (Get-L402SecurityState).Global.DenyReason | Should -Be 'drill'
        (Invoke-LightningCompile -WarningAction SilentlyContinue).Rules.IsClosed | Should -Be $true, $true
        [void] (Set-L402GlobalPause -Inactive -Force)
        (Invoke-LightningCompile).Rules.IsClosed | Should -Be $false, $false
    }

    It 'Set-L402OwnerKillSwitch takes the owners of paywalls from the pipeline, each once' {
        $set = @(Get-LightningPaywall | ForEach-Object { $_, $_ } | Set-L402OwnerKillSwitch -Active -Force)
        $set.OwnerId | Sort-Object | Should -Be 'owner_news', 'owner_weather'
        (Get-L402SecurityState).OwnerControls.KillSwitch | Should -Be $true, $true
    }

    It 'Test-L402Gate denies what is stopped, and allows what is not' {
        [void] (Set-L402OwnerKillSwitch owner_news -Active -Force)
        Test-L402Gate owner_news -Quiet | Should -BeFalse
        Test-L402Gate owner_weather -Quiet | Should -BeTrue
        (Test-L402Gate owner_news).DenyReasonCode | Should -Be 'owner_kill_switch_active'
    }

    It 'Test-L402Gate denies without a credential' {
        $kept = $env:OA_LIGHTNING_OPS_CRED_OPERATOR_ADMIN
        try {
            $env:OA_LIGHTNING_OPS_CRED_OPERATOR_ADMIN = ''
            Test-L402Gate owner_weather -Quiet | Should -BeFalse
        }
        finally {
            $env:OA_LIGHTNING_OPS_CRED_OPERATOR_ADMIN = $kept
        }
    }

    It 'Get-LightningOpsJournal says who stopped what, and Test-LightningOpsJournal finds what was cut off' {
        [void] (Set-L402GlobalPause -Active -Reason 'drill' -UpdatedBy alice -Force)
        Copy-Item $store "$store.before"
        [void] (Set-L402OwnerKillSwitch owner_news -Active -Force)
        $entries = Get-LightningOpsJournal -Kind Switch
        $entries.Who | Should -Be "$([Environment]::UserName)@$([Environment]::MachineName)", 'alice'
        $entries.Identity | Should -Be 'Verified', 'Claimed'
        (Test-LightningOpsJournal -Head $entries[0].Head).Ok | Should -BeTrue
        Copy-Item "$store.before" $store
        { Test-LightningOpsJournal -Head $entries[0].Head -ErrorAction Stop } | Should -Throw -ErrorId 'JournalBroken*'
    }

    It 'changes nothing with -WhatIf' {
        Set-L402GlobalPause -Active -WhatIf
        Set-L402OwnerKillSwitch owner_news -Active -WhatIf
        Start-LightningOpsCredentialRotation GatewayInvoice -WhatIf
        $state = Get-L402SecurityState
        $state.Global.GlobalPause | Should -BeFalse
        $state.OwnerControls | Should -BeNullOrEmpty
        $state.CredentialRoles | Should -BeNullOrEmpty
    }

    It 'a role is rotated, enabled and revoked' {
        $rotating = Start-LightningOpsCredentialRotation GatewayInvoice -Fingerprint sha256:1
        $rotating.Status | Should -Be 'Rotating'
        $enabled = Get-L402SecurityState | ForEach-Object CredentialRoles | Enable-LightningOpsCredential
        $enabled.Status | Should -Be 'Active'
        $enabled.Version | Should -Be $rotating.Version
        (Revoke-LightningOpsCredential GatewayInvoice -Force).Status | Should -Be 'Revoked'
    }
}

Describe 'Where nobody can be asked' {
    It '<_> does not hang, and does nothing' -ForEach 'Set-L402GlobalPause -Active -Mode Mock', 'Revoke-LightningOpsCredential GatewayInvoice -Mode Mock' {
        $manifest = (Get-Module LightningOps).Path -replace '\.dll$', '.psd1' -replace 'LightningOps\.PowerShell\.psd1$', 'LightningOps.psd1'
        $script = "Import-Module '$manifest'; try { $_ } catch { `$_.FullyQualifiedErrorId }"
        & (Join-Path $PSScriptRoot 'Support/Invoke-Pwsh.ps1') -NoProfile -NonInteractive -Command $script | Should -BeLike 'ConfirmationUnavailable,*'
    }

    It '<_> says so, where its input is not a terminal' -Skip:$IsWindows -ForEach @(
        "New-LightningPaywall a.example.com /x https://up.example -PriceSats 5 -Confirm -Mode Local -StorePath s.db -OwnerId o"
        "Import-LightningPaywall paywalls.json -StorePath s.db -Confirm"
        "Invoke-LightningCompile -Mode Mock | Export-ApertureConfig -Path a.yaml -Confirm"
        "Invoke-LightningCompile -Mode Mock | Start-L402TestGateway -Confirm"
        "`$ConfirmPreference = 'Low'; Suspend-LightningPaywall pw_weather -Mode Local -StorePath known.db"
    ) {
        $manifest = (Get-Module LightningOps).Path -replace '\.dll$', '.psd1' -replace 'LightningOps\.PowerShell\.psd1$', 'LightningOps.psd1'
        $folder = Join-Path $TestDrive "$([guid]::NewGuid())"
        [void] (New-Item $folder -ItemType Directory)
        Copy-Item "$vectors/smoke/paywalls.json" $folder
        [void] (Import-LightningPaywall "$vectors/smoke/paywalls.json" -StorePath (Join-Path $folder known.db))
        $before = Get-ChildItem $folder -Name
        $script = "Set-Location '$folder'; Import-Module '$manifest'; try { $_ } catch { 'failed: ' + `$_.FullyQualifiedErrorId }"
        $null | & (Join-Path $PSScriptRoot 'Support/Invoke-Pwsh.ps1') -NoProfile -Command $script | Select-Object -Last 1 | Should -BeLike '*failed: ConfirmationUnavailable,*'
        Get-ChildItem $folder -Name -Exclude *-wal, *-shm | Should -Be $before
    }
}
