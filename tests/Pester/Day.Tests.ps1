#requires -PSEdition Core
# The first day of docs/operator-checklist.md, step by step as it is written there: a file written by hand is adopted, something new is
# sold, bought and booked, a price changes, and sales are paused and resumed. A gateway on loopback stands for the Aperture.

BeforeAll {
    Import-Module (& (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')) -Force
    . (Join-Path $PSScriptRoot 'Support/StandIns.ps1')
    $page = Get-Content (Join-Path $PSScriptRoot '../../docs/operator-checklist.md') -Raw
    $steps = @{}
    foreach ($found in [regex]::Matches($page, '(?ms)^### ([^\n]+)\n\n(?:(?!^###).)*?^```powershell day\n(.*?)^```')) {
        $steps[$found.Groups[1].Value] = $found.Groups[2].Value
    }

    $standIn = Start-StandIn (Join-Path $TestDrive 'peers')
    $kept = @{}
    foreach ($variable in Get-ChildItem Env:OA_LIGHTNING_*) {
        $kept[$variable.Name] = $variable.Value
    }

    Remove-Item Env:OA_LIGHTNING_*
    Stop-L402TestGateway -All
    $env:OA_LIGHTNING_OPS_STORE = Join-Path $TestDrive 'store.db'
    $env:OA_LIGHTNING_OPS_CREDENTIAL_STORE = Join-Path $TestDrive 'credentials.db'
    $file = Join-Path $TestDrive 'aperture.yaml'
    Copy-Item (Join-Path $PSScriptRoot '../LightningOps.Tests/Vectors/aperture/db/aperture-main-7ee3ed7.db') (Join-Path $TestDrive 'aperture.db')
    $written = @"
# written by hand
listenaddr: "localhost:8081"
authenticator:
  disable: true
dbbackend: sqlite
sqlite:
  databasefilename: ./aperture.db
services:
  # since spring
  - name: quotes
    hostregexp: '^quotes\.example$'
    pathregexp: '^/quotes/.*$'
    address: "$(([uri] $standIn.Upstream).Authority)"
    protocol: http
    price: 5
    timeout: 3600
"@
    Set-Content $file $written -NoNewline
    $gateway = Start-L402TestGateway $file -PassThru
    Push-Location $TestDrive

    # The page says to replace gateway and addresses with one's own. The gateway on loopback reads its file by itself and pays for its checks.
    $own = [ordered] @{
        'https://shop.example.com/weather/today' = "$($gateway.Url)/weather/today -HostHeader shop.example.com"
        'https://upstream.example.com'           = $standIn.Upstream
        '/etc/aperture/aperture.yaml'            = $file
        "; ReloadCommand = 'systemctl', 'restart', 'aperture'; ChallengeUrl = 'https://shop.example.com'" = ''
        "@{ Payer = 'lnd:https://localhost:8080'; LndMacaroonPath = './pay.macaroon'; LndCertificatePath = './lnd.cert' }" = '@{}'
        'systemctl stop aperture'                = 'Stop-L402TestGateway -All'
        'systemctl start aperture'               = '$gateway = Start-L402TestGateway $file -PassThru'
    }

    function Get-Step([string] $Title) {
        $code = $steps[$Title]
        $code | Should -Not -BeNullOrEmpty -Because "the page has a step '$Title'"
        foreach ($one in $own.GetEnumerator()) {
            $code = $code.Replace($one.Key, $one.Value)
        }

        [scriptblock]::Create("`$ErrorActionPreference = 'Stop'`n" + $code)
    }
}

AfterAll {
    Pop-Location
    Disconnect-LightningOps
    Stop-L402TestGateway -All
    Remove-Item Env:OA_LIGHTNING_*
    foreach ($name in $kept.Keys) {
        Set-Item "Env:$name" $kept[$name]
    }

    Stop-StandIn $standIn
}

Describe 'The wallet of the page' {
    It 'is one that the roll-out and the purchase accept, with nothing left out' {
        $text = $steps['Adopt what is there']
        Copy-Item (Join-Path $standIn.Folder 'admin.macaroon') ./pay.macaroon
        Copy-Item (Join-Path $standIn.Folder 'tls.cert') ./lnd.cert
        . ([scriptblock]::Create(($text -split "`n" -match '^\$(wallet|aperture) = ' -join "`n").Replace('/etc/aperture/aperture.yaml', $file)))
        $store = @{ Mode = 'Local'; StorePath = Join-Path $TestDrive 'wallet.db' }
        $null = New-LightningPaywall shop.example.com /x/* $standIn.Upstream -PriceSats 5 -OwnerId owner_me @store -Confirm:$false
        { Sync-ApertureConfig @aperture @store -WhatIf -ErrorAction Stop } | Should -Not -Throw
        { Invoke-L402WebRequest "$($gateway.Url)/quotes/a" -HostHeader quotes.example -MaxSpendMsats 10000 -WhatIf -ErrorAction Stop @wallet } | Should -Not -Throw
    }
}

Describe 'The first day from an empty machine' {
    It 'is done with the page' {
        # A token that was sold before.
        $quotes = @{ Uri = "$($gateway.Url)/quotes/a"; HostHeader = 'quotes.example'; MaxSpendMsats = 10000 }
        $null = Invoke-L402WebRequest @quotes
        $gateway.Wallet.Payments | Should -Be 1

        . (Get-Step 'Adopt what is there') 3>$null
        $adopted.Foreign | Should -BeNullOrEmpty
        $adopted.Paywalls.Name | Should -Be 'quotes'
        $adopted.Plan.Changes | Should -BeNullOrEmpty

        $outcome = . (Get-Step 'Copy the database')
        $outcome[-1] | Should -Be 'nothing would change'

        . (Get-Step 'Sell something new') 3>$null
        $result.DeploymentStatus | Should -Be 'Applied'
        $result.Plan.Changes.Kind | Should -Be 'Added'
        $result.Plan.Changes.Name | Should -Be $plan.Changes.Name
        (Get-Content $file -Raw).StartsWith($written) | Should -BeTrue -Because 'the adopted service keeps its text'
        $spent = $gateway.Wallet.Payments

        . (Get-Step 'Buy it')
        $bought.StatusCode | Should -Be 200
        $gateway.Wallet.Payments | Should -Be ($spent + 1)

        $booked = . (Get-Step 'Book the sale') 3>$null
        @(Get-L402Settlement | Where-Object PaywallId -EQ $paywall.PaywallId).Count | Should -BeGreaterOrEqual 1
        $booked | Should -Not -BeNullOrEmpty

        . (Get-Step 'Change the price') 3>$null
        $drift.InDrift | Should -BeTrue
        $result.DeploymentStatus | Should -Be 'Applied'
        ($gateway.Services.Service | Where-Object Name -Like "$($paywall.PaywallId)*").PriceSats | Should -Be 7

        . (Get-Step 'Pause and resume') 3>$null
        $paused.Global.DenyReason | Should -Be 'node is being moved'
        $spent = $gateway.Wallet.Payments
        (Invoke-L402WebRequest @quotes).StatusCode | Should -Be 200
        $gateway.Wallet.Payments | Should -Be $spent -Because 'the token that was sold before still opens'

        . (Get-Step 'Undo') 3>$null
        $restored.DeploymentStatus | Should -Be 'Applied'
        ($gateway.Services.Service | Where-Object Name -Like "$($paywall.PaywallId)*").PriceSats | Should -Be 5
        (Get-LightningPaywall $paywall.PaywallId).Policy.FixedAmountSats | Should -Be 5

        . (Get-Step 'Look back') 3>$null
        $journal.Kind | Should -Contain 'Restore'
        $journal.Kind | Should -Contain 'Switch'
        $journal.Deed.ApprovedBy | Should -Contain 'alice'
        $check.Ok | Should -BeTrue
        $check.VouchedUntil | Should -Be $check.Entries
        $drift.Status | Should -Be 'InSync'
        @($deployments | Where-Object Status -EQ 'Applied').Count | Should -BeGreaterOrEqual 2

        $lost = (. (Get-Step 'Restore the database') 3>$null | Select-Object -First 1)
        $lost.Outcome | Should -Be 'nothing would change'
        $gateway.Services.Name | Should -Contain 'quotes'
    }
}
