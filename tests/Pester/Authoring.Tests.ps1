BeforeAll {
    Import-Module (& (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')) -Force
    . (Join-Path $PSScriptRoot 'Support/StandIns.ps1')
    $script:aperture = @'
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
  - name: timed
    hostregexp: '^old.example$'
    pathregexp: '^/timed$'
    address: "127.0.0.1:9000"
    protocol: http
    price: 5
    timeout: 60
    ratelimits:
      - pathregexp: '^/timed$'
        requests: 5
        per: 1h
'@
}

Describe 'A paywall of the local store' {
    BeforeEach {
        $store = "$TestDrive/$([guid]::NewGuid()).db"
        Connect-LightningOps Local -StorePath $store -OwnerId owner_me
    }

    AfterAll {
        Disconnect-LightningOps
    }

    It 'is not made of a file with which Aperture does not start without a warning that names the line' {
        $file = "$TestDrive/faulty.yaml"
        Set-Content $file $aperture.Replace("    price: 5`n  - name: timed", "    price: 5`n    price: 6`n  - name: timed")
        $expected = '*Aperture does not start with the file, *Line 12: the key "price" is already set on line 11*'

        $null = Get-L402GatewayService "file:$file" -WarningVariable listed -WarningAction SilentlyContinue
        $null = Import-LightningPaywall -FromGateway "file:$file" -WarningVariable adopted -WarningAction SilentlyContinue

        @($listed | Where-Object { "$_" -like $expected }) | Should -HaveCount 1
        @($adopted | Where-Object { "$_" -like $expected }) | Should -HaveCount 1
    }

    It 'is made of four arguments, changed, suspended, resumed and removed' {
        $made = New-LightningPaywall api.example.com /weather/* https://weather.example.com -PriceSats 5
        $made.OwnerId | Should -Be 'owner_me'
        (Get-LightningPaywall | Invoke-LightningCompile).Rules[0].PriceSats | Should -Be 5

        ($made | Set-LightningPaywall -PriceSats 7).Policy.FixedAmountMsats | Should -Be 7000
        ($made.PaywallId | Suspend-LightningPaywall).Status | Should -Be 'Paused'
        ($made.PaywallId | Resume-LightningPaywall).Status | Should -Be 'Active'
        Remove-LightningPaywall $made.PaywallId -Force
        Get-LightningPaywall | Should -BeNullOrEmpty
    }

    It 'is not stored while a member is wrong' {
        { New-LightningPaywall https://a.example '/users/{id}' nowhere -PriceSats 0 -ErrorAction Stop } | Should -Throw -ErrorId 'PaywallInvalid*'
        { Set-LightningPaywall pw_none -PriceSats 1 -ErrorAction Stop } | Should -Throw -ErrorId 'PaywallNotFound*'
        { New-LightningPaywall a.example /a https://a.example -PriceSats 1 -Mode Mock -ErrorAction Stop } | Should -Throw -ErrorId 'PaywallsManagedElsewhere*'
    }

    It 'is exported and imported to the same bytes' {
        $null = New-LightningPaywall a.example /a https://a.example -PriceSats 1 -Metadata @{ a = 1 }
        $null = Export-LightningPaywall "$TestDrive/one.json"
        $null = Import-LightningPaywall "$TestDrive/one.json" -StorePath "$TestDrive/copy.db"
        $null = Export-LightningPaywall "$TestDrive/two.json" -StorePath "$TestDrive/copy.db"
        Get-Content "$TestDrive/two.json" -Raw | Should -BeExactly (Get-Content "$TestDrive/one.json" -Raw)
    }
}

Describe 'What a gateway serves' {
    It 'is adopted so that the next plan changes nothing, and what cannot be is named' {
        $file = "$TestDrive/aperture.yaml"
        Set-Content $file $script:aperture
        $adopted = Import-LightningPaywall -FromGateway "file:$file" -StorePath "$TestDrive/adopt.db" -WarningVariable said -WarningAction SilentlyContinue
        $adopted.Paywalls.Name | Should -Be 'old'
        $adopted.Foreign.Name | Should -Be 'timed'
        "$said" | Should -Match 'timed was not adopted'
        $adopted.Plan.Changes | Should -BeNullOrEmpty

        (Get-LightningOpsJournal -Mode Local -StorePath "$TestDrive/adopt.db").Deed.Action | Should -Contain '1 paywall adopted'
        $at = @{ Gateway = "file:$file"; Mode = 'Local'; StorePath = "$TestDrive/adopt.db"; WarningAction = 'SilentlyContinue' }
        $plan = New-L402Plan @at
        $plan.ExitCode | Should -Be 0
        $plan.Changes | Should -BeNullOrEmpty
        [void] (Get-LightningPaywall -Mode Local -StorePath "$TestDrive/adopt.db" | Set-LightningPaywall -PriceSats 9 -Mode Local -StorePath "$TestDrive/adopt.db")
        (New-L402Plan @at).ExitCode | Should -Be 1
    }

    It 'is shown with what is not known' {
        $file = "$TestDrive/shown.yaml"
        Set-Content $file $script:aperture
        $shown = Get-L402GatewayService "file:$file" -Mode Local -StorePath "$TestDrive/none.db" -WarningAction SilentlyContinue
        $shown.Name | Should -Be 'old', 'timed'
        $shown.Lifetime | Should -Be 'for ever', '60 s'
        $shown[0].Evidence | Should -Be 'NotKnown'
    }
}

Describe 'The operations of an Aperture' {
    BeforeAll {
        $standIn = Start-StandIn "$TestDrive/peers"
        $at = @{ Gateway = "admin:$($standIn.Admin)"; MacaroonPath = "$($standIn.Folder)/admin.macaroon"; TlsCertificatePath = "$($standIn.Folder)/tls.cert"; Mode = 'Local'; StorePath = "$TestDrive/books.db" }
    }

    AfterAll {
        Stop-StandIn $standIn
    }

    It 'are asked over its admin API' {
        (Get-ApertureInfo @at).IsHealthy | Should -BeTrue
        Get-ApertureTransaction @at | Should -BeNullOrEmpty
        Get-ApertureToken @at | Should -BeNullOrEmpty
        (Get-ApertureStatistic @at).RevenueSats | Should -Be 0
        { Revoke-ApertureToken -TokenId ff @at -Force -ErrorAction Stop } | Should -Throw -ErrorId 'TokenNotFound*'
    }
}

Describe 'A database of Aperture' {
    BeforeEach {
        $database = "$TestDrive/$([guid]::NewGuid()).db"
        Copy-Item (Join-Path $PSScriptRoot '../LightningOps.Tests/Vectors/aperture/db/aperture-main-7ee3ed7.db') $database
    }

    It 'is copied, compared and restored' {
        $copy = Backup-ApertureDatabase $database "$TestDrive/one.copy" -KeyPath "$TestDrive/one.key"
        $copy.OpensWith | Should -Be 'main'
        $test = Test-ApertureDatabase $database $copy.Path -KeyPath "$TestDrive/one.key"
        $test.IsHarmless | Should -BeTrue
        ($test | Out-String) | Should -Match 'nothing would change'
        (Restore-ApertureDatabase $database $copy.Path -KeyPath "$TestDrive/one.key" -Force).Schema | Should -Be 9
        { Restore-ApertureDatabase $database $copy.Path -KeyPath "$TestDrive/one.key" -ApertureVersion v0.5.0 -Force -ErrorAction Stop } | Should -Throw -ErrorId 'ApertureDatabaseTooNew*'
    }

    It 'needs its key' {
        { Backup-ApertureDatabase $database "$TestDrive/two.copy" -ErrorAction Stop } | Should -Throw -ErrorId 'ConfigError*'
        $null = Backup-ApertureDatabase $database "$TestDrive/two.copy" -Key one
        { Test-ApertureDatabase $database "$TestDrive/two.copy" -Key two -ErrorAction Stop } | Should -Throw -ErrorId 'ApertureBackupUnreadable*'
        { Test-ApertureDatabase $database "$TestDrive/two.copy" -KeyPath "$TestDrive/none" -ErrorAction Stop } | Should -Throw -ErrorId 'ApertureBackupKeyMissing*'
    }
}
