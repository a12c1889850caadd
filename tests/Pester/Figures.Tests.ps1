BeforeAll {
    $manifest = & (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')
    Import-Module $manifest -Force
    $gateway = Invoke-LightningCompile -Mode Mock | Start-L402TestGateway -Upstream http://127.0.0.1:1 -PassThru
    $shop = @{ Uri = "$($gateway.Url)/api/weather/premium"; HostHeader = 'openagents.com'; MaxSpendMsats = 5000 }
    $store = @{ CredentialStorePath = Join-Path $TestDrive 'bought.db'; ErrorAction = 'SilentlyContinue' }
    [void] (Invoke-L402WebRequest @shop @store)
}

AfterAll {
    Stop-L402TestGateway -All
}

Describe 'Amounts and hashes' {
    It 'are numbers and text of a <Name>' -TestCases @(
        @{ Name = 'challenge'; Get = { Get-L402Challenge @shop }; Amount = 'AmountMsats' }
        @{ Name = 'invoice'; Get = { Get-L402Challenge @shop | ConvertFrom-Bolt11 }; Amount = 'AmountMsats' }
        @{ Name = 'purchase'; Get = { Get-L402Purchase @store }; Amount = 'CostMsats' }
        @{ Name = 'credential'; Get = { Get-L402Credential @store }; Amount = 'Spent' }
        @{ Name = 'answer'; Get = { Invoke-L402WebRequest @shop -CredentialStorePath (Join-Path $TestDrive 'other.db') -ErrorAction SilentlyContinue }; Amount = 'AmountMsats' }
        @{ Name = 'preview'; Get = { Invoke-L402WebRequest @shop -CredentialStorePath (Join-Path $TestDrive 'none.db') -WhatIf }; Amount = 'AmountMsats' }
    ) {
        $value = & $Get
        $value.$Amount | Should -BeOfType long
        ($value, $value | Measure-Object $Amount -Sum).Sum | Should -Be (2 * $value.$Amount)
        $value.$Amount * 1.5 | Should -Be (3000 * 1.5)
        $total = 500
        $total += $value.$Amount
        $total | Should -Be 3500
        $value.PaymentHash | Should -BeOfType string
        $value.PaymentHash | Should -Match '^[0-9a-f]{64}$'
        $json = $value | ConvertTo-Json -Depth 6 -WarningAction Ignore | ConvertFrom-Json
        $json.$Amount | Should -Be 3000
        $json.PaymentHash | Should -Be $value.PaymentHash
        ($value | ConvertTo-Csv | ConvertFrom-Csv).$Amount | Should -Be '3000'
    }

    It 'are numbers in what was spent, in prices and in settlements' {
        Connect-LightningOps -EnvironmentFile (New-Item (Join-Path $TestDrive 'budget.env') -Value 'OA_LIGHTNING_OPS_HOURLY_BUDGET_MSATS=900000' -Force)
        (Get-L402Spending @store).HourlyBudget | Should -BeOfType long
        (Get-L402Spending @store).HourlyBudget * 1.5 | Should -Be 1350000
        Disconnect-LightningOps
        $rule = (Invoke-LightningCompile -Mode Mock).Rules[0]
        $rule.AmountMsats | Should -BeOfType long
        ($rule | ConvertTo-Json -WarningAction Ignore | ConvertFrom-Json).AmountMsats | Should -Be $rule.AmountMsats
        (Get-LightningPaywall -Mode Mock)[0].Policy.FixedAmountMsats | Should -BeOfType long
    }

    It 'are numbers and text in every type that a cmdlet returns' {
        $seen = @{}
        $found = [System.Collections.Generic.List[string]]::new()
        $next = [System.Collections.Generic.Queue[type]]::new()
        (Get-Command -Module LightningOps).OutputType.Type | Where-Object { $_ -and $_.FullName -like 'LightningOps*' } | ForEach-Object { $next.Enqueue($_) }
        while ($next.Count) {
            $type = $next.Dequeue()
            if ($seen[$type.FullName] -or [exception].IsAssignableFrom($type)) { continue }
            $seen[$type.FullName] = $true
            foreach ($property in $type.GetProperties('Public, Instance')) {
                $leaf = $property.PropertyType
                while ($leaf.IsArray -or $leaf.IsGenericType) { $leaf = if ($leaf.IsArray) { $leaf.GetElementType() } else { $leaf.GetGenericArguments()[-1] } }
                if ($leaf.FullName -notlike 'LightningOps*' -or $leaf.IsEnum) { continue }

                # Metadata is JSON, and its members are numbers and texts; everything else is a record down to its own.
                if ($leaf.IsValueType -or $leaf.Name -in 'PaymentHash', 'Preimage', 'ConfigHash', 'Msats') { $found.Add("$($type.Name).$($property.Name) is a $($leaf.Name)") }
                else { $next.Enqueue($leaf) }
            }
        }

        $seen.Count | Should -BeGreaterThan 100
        $found | Where-Object { $_ -notlike '*is a JsonText' } | Should -BeNullOrEmpty
    }

    It 'of a <Name> are text in JSON, CSV and CLIXML' -TestCases @(
        @{ Name = 'compile'; Get = { Invoke-LightningCompile -Mode Mock }; Member = 'ConfigHash' }
        @{ Name = 'snapshot'; Get = { Invoke-LightningCompile -Mode Mock }; Member = 'SnapshotHash' }
        @{ Name = 'drift'; Get = { Test-ApertureDrift -Mode Mock -WarningAction Ignore }; Member = 'ConfigHash' }
        @{ Name = 'roll-out'; Get = { Sync-ApertureConfig -Mode Mock -Force -WarningAction Ignore }; Member = 'ConfigHash' }
        @{ Name = 'plan'; Get = { (Sync-ApertureConfig -Mode Mock -Force -WarningAction Ignore).Plan }; Member = 'ConfigHash' }
        @{ Name = 'smoke'; Get = { Invoke-L402Smoke Compile -Mode Mock }; Member = 'ConfigHash' }
    ) {
        $value = & $Get | Select-Object -First 1
        $value.$Member | Should -BeOfType string
        $value.$Member | Should -Match '^cfg_[0-9a-f]{64}$'
        ($value | ConvertTo-Json -Depth 4 -WarningAction Ignore | ConvertFrom-Json).$Member | Should -Be $value.$Member
        ($value | ConvertTo-Csv | ConvertFrom-Csv).$Member | Should -Be $value.$Member
        $file = Join-Path $TestDrive "$([guid]::NewGuid()).xml"
        $value | Export-Clixml $file
        (Import-Clixml $file).$Member | Should -Be $value.$Member
    }

    It 'are members of metadata in ConvertTo-Json, Export-Json, CLIXML and jobs' {
        $store = @{ Mode = 'Local'; StorePath = Join-Path $TestDrive "$([guid]::NewGuid()).db" }
        $null = New-LightningPaywall a.example /a https://a.example -PriceSats 1 -Metadata ([ordered]@{ z = 1; list = 1, @{ deep = 2 }; big = [bigint]::Parse('98765432109876543210') }) @store
        $text = '{"z":1,"list":[1,{"deep":2}],"big":98765432109876543210}'
        $paywall = Get-LightningPaywall @store

        $paywall.Metadata.ToString() | Should -Be $text
        $paywall.Metadata.z | Should -BeOfType long
        $paywall.Metadata.big | Should -BeOfType bigint
        $paywall.Metadata.list[1].deep | Should -Be 2
        ($paywall | Export-Json) | Should -Match ([regex]::Escape("`"metadata`":$text"))
        ($paywall | Select-Object Metadata | Export-Json) | Should -Be "{`"metadata`":$text}"
        ($paywall | Select-Object Metadata | ConvertTo-Csv | ConvertFrom-Csv).Metadata | Should -Be $text
        if ($PSVersionTable.PSVersion -ge [version]'7.5') {
            ($paywall | Select-Object Metadata | ConvertTo-Json -Depth 5 -Compress) | Should -Be "{`"Metadata`":$text}"
        }

        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($paywall, 5))
        $copy.Metadata.list[1].deep | Should -Be 2
        $copy.Metadata.z | Should -Be 1
        ($copy | Export-Json) | Should -BeLike '*"big":98765432109876543210*'
        ($copy | Invoke-LightningCompile).ConfigHash | Should -Be ($paywall | Invoke-LightningCompile).ConfigHash
    }

    It 'stay numbers however large in what Export-Json writes of read JSON' {
        '{"metadata":{"serial":123456789012345678901234567890}}' | ConvertFrom-Json | Export-Json | Should -BeLike '*"serial":123456789012345678901234567890*'
    }
}

Describe 'Objects of jobs and remoting' {
    BeforeAll {
        function Copy-ThroughRemoting([object] $Value) {
            [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($Value))
        }
    }

    It 'keep rules, policies and routes' {
        $compiled = Copy-ThroughRemoting (Invoke-LightningCompile -Mode Mock)
        $compiled.Rules[0].AmountMsats | Should -BeGreaterThan 0
        $paywall = Copy-ThroughRemoting (Get-LightningPaywall -Mode Mock)[0]
        $paywall.Policy.FixedAmountMsats | Should -BeGreaterThan 0
        $paywall.Routes[0].PathPattern | Should -Not -BeNullOrEmpty
    }

    It 'can be piped on' {
        $purchase = Copy-ThroughRemoting (Get-L402Purchase @store)
        ($purchase | Get-L402Credential @store).PurchaseId | Should -Be $purchase.PurchaseId
        (Copy-ThroughRemoting (Get-L402Challenge @shop) | ConvertFrom-Bolt11).AmountMsats | Should -Be 3000
    }
}

Describe 'What the session keeps to buy with' {
    It 'is not used for a store that was removed' {
        $file = Join-Path $TestDrive 'removed.db'
        $once = @{ CredentialStorePath = $file; ErrorAction = 'SilentlyContinue' }
        $first = Invoke-L402WebRequest @shop @once
        (Invoke-L402WebRequest @shop @once).PurchaseId | Should -Be $first.PurchaseId
        Remove-Item "$file*"
        $second = Invoke-L402WebRequest @shop @once
        $second.PurchaseId | Should -Not -Be $first.PurchaseId
        (Get-L402Purchase -CredentialStorePath $file).PurchaseId | Should -Be $second.PurchaseId
    }

    It 'sees what another command has removed' {
        $file = Join-Path $TestDrive 'seen.db'
        $once = @{ CredentialStorePath = $file; ErrorAction = 'SilentlyContinue' }
        $first = Invoke-L402WebRequest @shop @once
        Remove-L402Credential $first.PurchaseId -CredentialStorePath $file -Confirm:$false
        (Invoke-L402WebRequest @shop @once).PurchaseId | Should -Not -Be $first.PurchaseId
    }

    It 'is closed by <Name>' -Skip:(-not (Test-Path /proc/self/fd)) -TestCases @(
        @{ Name = 'Disconnect-LightningOps'; Close = { Disconnect-LightningOps } }
        @{ Name = 'Remove-Module'; Close = { Remove-Module LightningOps; Import-Module $manifest } }
    ) {
        $file = Join-Path $TestDrive "$([guid]::NewGuid()).db"
        [void] (Invoke-L402WebRequest @shop -CredentialStorePath $file -Payer mock -ErrorAction SilentlyContinue)
        [void] (Invoke-L402WebRequest @shop -CredentialStorePath $file -Payer mock -ErrorAction SilentlyContinue)
        function Get-Open { @(Get-ChildItem "/proc/$PID/fd" | ForEach-Object { readlink $_.FullName } | Where-Object { $_.StartsWith($file) }) }
        (Get-Open).Count | Should -BeGreaterThan 0
        & $Close
        (Get-Open).Count | Should -Be 0
    }
}
