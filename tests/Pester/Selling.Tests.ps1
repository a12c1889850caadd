BeforeAll {
    Import-Module (& (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')) -Force
    $vectors = Join-Path $PSScriptRoot '../LightningOps.Tests/Vectors'
    $invoices = (Get-Content "$vectors/bolt11.json" -Raw | ConvertFrom-Json).valid |
        Where-Object title -NE 'Same, but including fields which must be ignored.' # refused since June 2025
    $token = (Get-Content "$vectors/macaroons.json" -Raw | ConvertFrom-Json).valid[0]
}

AfterAll {
    Stop-L402TestGateway -All
}

Describe 'ConvertFrom-Bolt11' {
    It 'reads the examples of the specification' {
        $read = @($invoices.invoice | ConvertFrom-Bolt11)
        $read.Count | Should -Be $invoices.Count
        $stated = $invoices | Where-Object amountMsats | Select-Object -First 1
        (ConvertFrom-Bolt11 $stated.invoice).Amount | Should -Be $stated.amountMsats
    }

    It 'refuses what has a broken checksum, and goes on' {
        $read = @($invoices[0].invoice, 'lnbc1nonsense', $invoices[1].invoice | ConvertFrom-Bolt11 -ErrorAction SilentlyContinue -ErrorVariable failed)
        $read.Count | Should -Be 2
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'InvoiceDecodeError,*'
    }
}

Describe 'ConvertFrom-L402Token' {
    It 'tells whether the signature holds, and keeps the secrets to itself' {
        $rootKey = ConvertTo-SecureString $token.rootKeyHex -AsPlainText -Force
        $read = "L402 $($token.macaroonBase64):$($token.preimageHex)" | ConvertFrom-L402Token -RootKey $rootKey
        $read.PaymentHash | Should -Be $token.paymentHashHex
        $shown = ($read | Format-List * | Out-String) + ($read | Export-Json)
        $shown | Should -Not -Match $token.preimageHex
        $shown.Contains($token.macaroonBase64) | Should -BeFalse
    }

    It 'says nothing of an input it cannot read' {
        { ConvertFrom-L402Token 'a-secret-that-is-no-token' -ErrorAction Stop } | Should -Throw -ErrorId 'MacaroonDecodeError,*'
        "$($Error[0])" | Should -Not -Match 'a-secret'
    }
}

Describe 'A gateway on loopback' {
    BeforeAll {
        $gateway = Invoke-LightningCompile -Mode Mock | Start-L402TestGateway -PassThru
    }

    It 'is among those that run' {
        (Get-L402TestGateway).Url | Should -Contain $gateway.Url
        (Get-L402TestGateway $gateway.Url).Services.Count | Should -Be 2
    }

    It 'asks the price of the rule' {
        $challenge = Get-L402Challenge "$($gateway.Url)/api/weather/premium" -HostHeader openagents.com
        ($challenge | ConvertFrom-Bolt11).Amount | Should -Be 3000
    }

    It 'is stopped by the pipeline' {
        $another = Start-L402TestGateway -PassThru
        $another | Stop-L402TestGateway
        (Get-L402TestGateway).Url | Should -Not -Contain $another.Url
        { Stop-L402TestGateway $another.Url } | Should -Throw -ErrorId 'ConfigError,*'
    }

    It 'is not started with -WhatIf' {
        $before = @(Get-L402TestGateway).Count
        Start-L402TestGateway -WhatIf
        @(Get-L402TestGateway).Count | Should -Be $before
    }
}

Describe 'Buying' {
    BeforeAll {
        $kept = $env:OA_LIGHTNING_OPS_CREDENTIAL_STORE
        $env:OA_LIGHTNING_OPS_CREDENTIAL_STORE = Join-Path $TestDrive 'credentials.db'
        Stop-L402TestGateway -All
        $shop = Invoke-LightningCompile -Mode Mock | Start-L402TestGateway -PassThru
        # The upstream of the fixture is not there: what was bought is what these specs look at.
        $request = @{ Uri = "$($shop.Url)/api/weather/premium"; HostHeader = 'openagents.com'; ErrorAction = 'SilentlyContinue' }
    }

    AfterAll {
        $env:OA_LIGHTNING_OPS_CREDENTIAL_STORE = $kept
    }

    It 'Invoke-L402WebRequest pays once for two requests' {
        [void] (Invoke-L402WebRequest @request -MaxSpendMsats 5000)
        [void] (Invoke-L402WebRequest @request -MaxSpendMsats 5000)
        @(Get-L402Credential).Count | Should -Be 1
        @((Get-L402TestGateway).Transactions | Where-Object State -EQ settled).Count | Should -Be 1
        (Get-L402Spending).Hosts.Count | Should -Be 0
        (Get-L402Spending).SimulatedDayMsats | Should -BeGreaterThan 0
    }

    It 'Invoke-L402WebRequest refuses what is above the cap, before it pays' {
        $before = @(Get-L402Credential).Count
        $request.Uri = $request.Uri -replace 'weather', 'news'
        Invoke-L402WebRequest @request -MaxSpendMsats 1000 -ErrorVariable refused
        $refused[0].FullyQualifiedErrorId | Should -BeLike 'PaymentDeniedError,*'
        @(Get-L402Credential).Count | Should -Be $before
    }

    It 'Get-L402Credential and Remove-L402Credential keep the secret to themselves' {
        (Get-L402Credential | Format-List * | Out-String) | Should -Not -Match '[0-9a-f]{64}.*preimage'
        Get-L402Credential | Remove-L402Credential -WhatIf
        @(Get-L402Credential).Count | Should -Be 1
        Get-L402Credential | Remove-L402Credential -Confirm:$false
        Get-L402Credential | Should -BeNullOrEmpty
        { Remove-L402Credential pur_none -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'CredentialNotFound,*'
    }
}

Describe 'Settlements' {
    BeforeAll {
        $store = Join-Path $TestDrive 's.db'
        $proof = '0123456789abcdef' * 4
        $events = @(
            '{"invoiceId":"inv_1","paywallId":"pw_a","ownerId":"owner","amountMsats":2500,"status":"open"}'
            "{`"settlementId`":`"set_1`",`"invoiceId`":`"inv_1`",`"paywallId`":`"pw_a`",`"ownerId`":`"owner`",`"amountMsats`":2500,`"paymentProofValue`":`"$proof`"}"
        )
        Set-Content "$TestDrive/events.jsonl" $events
    }

    It 'Import-L402Settlement takes them once' {
        [void] (Import-L402Settlement "$TestDrive/events.jsonl" -Mode Local -StorePath $store)
        [void] ($events | Import-L402Settlement -Mode Local -StorePath $store)
        @(Get-L402Settlement -Mode Local -StorePath $store).Count | Should -Be 1
    }

    It 'Get-L402Settlement and Get-L402Invoice find one another' {
        $settlement = Get-L402Settlement set_1 -Mode Local -StorePath $store
        $settlement.AmountSats | Should -Be 2.5
        ($settlement | Get-L402Invoice -Mode Local -StorePath $store).Status | Should -Be 'Settled'
        { Get-L402Settlement set_none -Mode Local -StorePath $store -ErrorAction Stop } | Should -Throw -ErrorId 'SettlementNotFound,*'
        { Get-L402Invoice inv_none -Mode Local -StorePath $store -ErrorAction Stop } | Should -Throw -ErrorId 'InvoiceNotFound,*'
    }

    It 'Get-L402Revenue adds them up as plain numbers' {
        $row = Get-L402Revenue -GroupBy Paywall, Day -Mode Local -StorePath $store
        $row.PaywallId | Should -Be 'pw_a'
        $row.Day | Should -Match '^\d{4}-\d{2}-\d{2}$'
        $csv = $row | ConvertTo-Csv | ConvertFrom-Csv
        $csv.SettledMsats | Should -Be '2500'
        ($row | ConvertTo-Json | ConvertFrom-Json).Settled | Should -Be 1
    }

    It 'Find-L402Sale finds one by what its buyer has' {
        $sale = Find-L402Sale -Preimage ('0123456789abcdef' * 4) -Mode Local -StorePath $store
        $sale.SettlementId | Should -Be 'set_1'
        (Find-L402Sale -PaymentHash $sale.PaymentHash -Mode Local -StorePath $store).OwnerId | Should -Be 'owner'
        { Find-L402Sale -TokenId ab -Mode Local -StorePath $store -ErrorAction Stop } | Should -Throw -ErrorId 'SaleNotFound,*'
    }

    It 'keeps no preimage' {
        (Get-L402Settlement -Mode Local -StorePath $store | Export-Json) | Should -Not -Match $proof
    }
}

Describe 'Export-L402Artifact' {
    It 'writes the files of a run, for people and for a CI' {
        Invoke-L402Smoke Compile, Staging -Mode Mock | Export-L402Artifact "$TestDrive/run" -JUnitPath "$TestDrive/run.xml"
        'events.jsonl', 'summary.json', 'report.html' | ForEach-Object { "$TestDrive/run/$_" | Should -Exist }
        ([xml] (Get-Content "$TestDrive/run.xml" -Raw)).DocumentElement.SelectNodes('//testcase').Count | Should -BeGreaterThan 3
    }

    It 'refuses what has no report' {
        { 'text' | Export-L402Artifact "$TestDrive/none" -ErrorAction Stop -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'NotReportable,*'
    }
}

Describe 'A wallet port' {
    AfterAll {
        $env:OA_LIGHTNING_WALLET_EXECUTOR_AUTH_TOKEN = $null
    }

    It 'is announced once with its token, and pays for who has it' {
        $gateway = Invoke-LightningCompile -Mode Mock | Start-L402TestGateway -Upstream http://127.0.0.1:1 -WalletPort 0 -PassThru -InformationVariable said -InformationAction SilentlyContinue -WarningVariable notice -WarningAction SilentlyContinue
        try {
            $url, $token = "$said" -split "`r?`n" | ForEach-Object { ($_ -split '=', 2)[1] }
            $url | Should -Be $gateway.WalletUrl
            $token.Length | Should -BeGreaterThan 40
            "$notice" | Should -BeLike '*wallets of a real network cannot*'
            ($gateway | Format-List * -Force | Out-String -Width 4000).Contains($token) | Should -BeFalse
            $request = @{ Uri = "$($gateway.Url)/api/weather/premium"; HostHeader = 'openagents.com'; MaxSpendMsats = 5000; Payer = "executor:$url"; ErrorAction = 'SilentlyContinue' }
            Invoke-L402WebRequest @request -CredentialStorePath (Join-Path $TestDrive 'refused.db') | Should -BeNullOrEmpty
            $env:OA_LIGHTNING_WALLET_EXECUTOR_AUTH_TOKEN = $token
            (Invoke-L402WebRequest @request -CredentialStorePath (Join-Path $TestDrive 'paid.db')).AmountMsats | Should -Be 3000
        }
        finally {
            $gateway | Stop-L402TestGateway -Confirm:$false
        }
    }
}
