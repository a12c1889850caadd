BeforeAll {
    $manifest = & (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')
    Import-Module $manifest -Force
    $gateway = Invoke-LightningCompile -Mode Mock | Start-L402TestGateway -Upstream http://127.0.0.1:1 -PassThru
    $shop = @{ Uri = "$($gateway.Url)/api/weather/premium"; HostHeader = 'openagents.com'; MaxSpendMsats = 5000 }
    $store = @{ CredentialStorePath = Join-Path $TestDrive 'bought.db' }
    $talk = @{ Verbose = $true; Debug = $true; ErrorAction = 'SilentlyContinue' }

    # The upstream is gone: what was paid for is answered with 502, which is no matter here.
    function Show([object] $Value) {
        $Value | ConvertTo-Json -Depth 10 -WarningAction Ignore
        $Value | Export-Json
        $Value | Format-List * -Force | Out-String -Width 4000
        $Value | Format-Custom -Depth 6 | Out-String -Width 4000
        $Value | Out-String -Width 4000
        $Value | ConvertTo-Csv
        "$Value"
        $file = Join-Path $TestDrive "$([guid]::NewGuid()).xml"
        $Value | Export-Clixml $file -Depth 6
        Get-Content $file -Raw
    }
}

AfterAll {
    Stop-L402TestGateway -All
}

Describe 'What was bought' {
    BeforeAll {
        $transcript = Join-Path $TestDrive 'transcript.txt'
        [void] (Start-Transcript $transcript)
        $asked = Get-L402Challenge @shop @talk
        $bought = Invoke-L402WebRequest @shop @store @talk
        $again = Invoke-L402WebRequest @shop @store @talk
        # Before PowerShell 7.6 -Debug alone makes what changes something ask.
        $listed = Get-L402Credential @store @talk -ProofPath (Join-Path $TestDrive 'proof.json') -Confirm:$false
        $spent = Get-L402Spending @store @talk
        Invoke-L402WebRequest @shop @store @talk -ForceRefresh -BlockedHost 127.0.0.1 -ErrorVariable denied
        [void] (Stop-Transcript)
        $token = [regex]::Match($asked.ToHeaderValue(), 'macaroon="([^"]+)"').Groups[1].Value
        $proof = Get-Content (Join-Path $TestDrive 'proof.json') -Raw | ConvertFrom-Json
        $preimage = $proof[0].preimage
    }

    It 'is proven by a file for a refund claim' {
        $proof[0].paymentHash | Should -Be $bought.PaymentHash
        $hash = [Security.Cryptography.SHA256]::Create().ComputeHash([byte[]] ($preimage -split '(..)' -ne '' | ForEach-Object { [Convert]::ToByte($_, 16) }))
        -join ($hash | ForEach-Object { $_.ToString('x2') }) | Should -Be $bought.PaymentHash
        $proof[0].amountMsats | Should -Be 3000
    }

    It 'has no secret in anything that is shown, converted, exported or recorded' {
        $token.Length | Should -BeGreaterThan 100
        foreach ($value in $asked, $bought, $again, $listed, $spent, ($asked | ConvertFrom-Bolt11), ($token | ConvertFrom-L402Token), $gateway) {
            $text = (Show $value) -join "`n"
            $text.Contains($token) | Should -BeFalse -Because "$($value.GetType()) has the token"
            $text.Contains('AgEEbHNhdA') | Should -BeFalse -Because "$($value.GetType()) has a token"
            $text.Contains($preimage) | Should -BeFalse -Because "$($value.GetType()) has the preimage"
        }

        $record = (Get-Content $transcript -Raw) + (($denied | ForEach-Object { "$_ $($_.Exception)" }) -join ' ')
        $record | Should -Match 'paying at most 3000 msat'
        $record.Contains('AgEEbHNhdA') | Should -BeFalse
        $record.Contains($preimage) | Should -BeFalse
    }

    It 'is listed by Get-L402Purchase as numbers and text' {
        $purchase = Get-L402Purchase @store
        ($purchase | Measure-Object CostMsats -Sum).Sum | Should -Be 3000
        $purchase.PaymentHash | Should -Be $bought.PaymentHash
        ($purchase | ConvertTo-Json).Contains($preimage) | Should -BeFalse
    }

    It 'was paid by a wallet that Test-L402Payer finds ready' {
        (Test-L402Payer simulated).Ok | Should -BeTrue
        (Test-L402Payer lnd:https://127.0.0.1:1 -LndMacaroonPath (Join-Path $TestDrive 'none.macaroon') -ErrorAction SilentlyContinue).Ok | Should -Not -BeTrue
    }

    It 'replaces no file of proofs without a question' {
        $file = Join-Path $TestDrive 'proof.json'
        $before = Get-FileHash $file
        $script = "Import-Module '$manifest'; try { [void] (Get-L402Credential -CredentialStorePath '$($store.CredentialStorePath)' -State Paid, Removed, Invalid -ProofPath '$file') } catch { `$_.FullyQualifiedErrorId }"
        & (Join-Path $PSScriptRoot 'Support/Invoke-Pwsh.ps1') -NoProfile -NonInteractive -Command $script | Should -BeLike 'ConfirmationUnavailable,*'
        (Get-FileHash $file).Hash | Should -Be $before.Hash
        Set-Content $file 'older'
        [void] (Get-L402Credential @store -ProofPath $file -Confirm:$false)
        (Get-FileHash $file).Hash | Should -Be $before.Hash
    }

    It 'writes no proof where nobody agrees, and says what has none' {
        $file = Join-Path $TestDrive 'none.json'
        [void] (Get-L402Credential @store -ProofPath $file -WhatIf)
        Test-Path $file | Should -BeFalse
        Remove-L402Credential $bought.PurchaseId @store -Confirm:$false
        Get-L402Credential @store -PurchaseId $bought.PurchaseId -ProofPath $file -ErrorAction SilentlyContinue -ErrorVariable failed | Should -Not -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'ProofNotFound,*'
        Test-Path $file | Should -BeFalse
    }

    It 'writes the proof for this user only' -Skip:($IsWindows -or $PSEdition -eq 'Desktop') {
        (Get-Item (Join-Path $TestDrive 'proof.json')).UnixMode | Should -Be '-rw-------'
    }
}
