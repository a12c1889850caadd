BeforeDiscovery {
    # Lines of one session, each of which shows what it returns.
    $script:lines = [ordered] @{
        'Import-LightningPaywall'            = 'Import-LightningPaywall $paywalls -Confirm:$false'
        'Get-LightningPaywall'               = 'Get-LightningPaywall'
        'Invoke-LightningCompile'            = 'Invoke-LightningCompile'
        'its rules'                          = '(Invoke-LightningCompile).Rules'
        'Start-L402TestGateway'              = 'Invoke-LightningCompile | Start-L402TestGateway -PassThru'
        'Get-L402Challenge'                  = 'Get-L402Challenge "$url/ep212/premium-signal" -HostHeader l402.example.com'
        'Invoke-L402WebRequest'              = 'Invoke-L402WebRequest "$url/ep212/premium-signal" -HostHeader l402.example.com -MaxSpendMsats 20000 -ErrorAction Ignore'
        'Get-L402Credential'                 = 'Get-L402Credential'
        'Get-L402Purchase'                   = 'Get-L402Purchase'
        'Get-L402Spending'                   = 'Get-L402Spending'
        'a roll-out whose check fails'       = 'Sync-ApertureConfig -Gateway loopback -Force -Payer simulated'
        'Test-ApertureDrift'                 = 'Test-ApertureDrift -Gateway loopback'
        'New-L402Plan'                       = 'New-L402Plan -Gateway loopback'
        'Get-L402GatewayService'             = 'Get-L402GatewayService -Gateway loopback'
        'Test-ApertureConfig'                = "Set-Content broken.yaml 'services: []'; Test-ApertureConfig broken.yaml"
        'Resolve-L402Route'                  = 'Resolve-L402Route https://l402.example.com/ep212/premium-signal'
        'Measure-L402AccessLog'              = "Set-Content access.log '127.0.0.1 - - [01/Dec/2026:10:00:00 +0000] `"GET /ep212/premium-signal HTTP/1.1`" 402 10 `"-`" `"curl`"'; Set-Content none.yaml 'services: []'; Measure-L402AccessLog access.log -HostName l402.example.com -Gateway loopback -PlannedPath none.yaml"
        'Set-L402GlobalPause'                = "Set-L402GlobalPause -Active -Reason 'the node is being moved' -Confirm:`$false"
        'Set-L402OwnerKillSwitch'            = "Set-L402OwnerKillSwitch owner_7 -Active -Reason abuse -Confirm:`$false"
        'Get-L402SecurityState'              = 'Get-L402SecurityState'
        'a pause that closes a gateway'      = "Set-L402GlobalPause -Active -Reason 'the node is being moved' -Sync -Force -Gateway loopback"
        'Test-L402Gate'                      = 'Test-L402Gate owner_7'
        'a pause that is lifted'             = 'Set-L402OwnerKillSwitch owner_7 -Inactive -Confirm:$false; Set-L402GlobalPause -Inactive -Sync -Force -Gateway loopback'
        'Suspend-LightningPaywall'           = 'Suspend-LightningPaywall 019c5a10 -Sync -Gateway loopback -Force; Resume-LightningPaywall 019c5a10 -Sync -Gateway loopback -Force'
        'Get-L402Deployment'                 = 'Get-L402Deployment'
        'Get-LightningOpsJournal'            = 'Get-LightningOpsJournal -First 4'
        'Test-LightningOpsJournal'           = 'Test-LightningOpsJournal'
        'Get-L402Status'                     = 'Get-L402Status -Gateway loopback'
        'Test-L402Payer'                     = 'Test-L402Payer -Payer simulated'
        'Test-L402Gateway'                   = 'Test-L402Gateway -Gateway loopback -ErrorAction Ignore'
        'Import-L402Settlement'              = 'Import-L402Settlement -Gateway loopback -Confirm:$false'
        'Get-L402Settlement'                 = 'Get-L402Settlement'
        'Get-L402Revenue'                    = 'Get-L402Revenue'
        'Find-L402Sale'                      = 'Find-L402Sale (Get-L402Settlement | Select-Object -First 1).PaymentHash'
        'ConvertFrom-Bolt11'                 = "ConvertFrom-Bolt11 'lnbc2500u1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpu9qrsgquk0rl77nj30yxdy8j9vdx85fkpmdla2087ne0xh8nhedh8w27kyke0lp53ut353s06fv3qfegext0eh0ymjpf39tuven09sam30g4vgpfna3rh'"
        'Invoke-L402Smoke'                   = 'Invoke-L402Smoke Compile, Security, Settlement, Staging -Mode Mock'
        'Get-LightningOpsContext'            = 'Get-LightningOpsContext'
        'Restore-L402Deployment'             = 'Restore-L402Deployment -DeploymentId (Get-L402Deployment | Where-Object Status -EQ Applied | Select-Object -Last 1).DeploymentId -Gateway loopback -Force -WarningAction Ignore'
    }
    $script:shown = $lines.Keys | ForEach-Object { @{ Name = $_ } }
}

BeforeAll {
    # Their failures are part of the lines: the check of a roll-out, for one.
    $manifest = & (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')
    Import-Module $manifest -Force
    $received = Start-Job -ArgumentList $manifest, (Join-Path $PSScriptRoot '../../docs/examples/hosted-paywalls.json'), $TestDrive, $lines -ScriptBlock {
        param($manifest, $paywalls, $folder, $lines)
        $ErrorActionPreference = 'SilentlyContinue'
        $PSStyle.OutputRendering = 'PlainText'
        Set-Location $folder
        Import-Module $manifest
        Connect-LightningOps -Mode Local -StorePath ./books.db -CredentialStorePath ./bought.db
        foreach ($name in $lines.Keys) {
            $returned = @(. ([scriptblock]::Create($lines[$name])) 3>$null 6>$null)
            $url = if ($name -eq 'Start-L402TestGateway') { $returned[0].Url } else { $url }
            @{ Name = $name; Text = $returned | Out-String -Width 140; List = $returned | Format-List | Out-String -Width 140; Table = $returned | Format-Table | Out-String -Width 140 }
            @{ Name = $name; Objects = $returned }
        }

        Stop-L402TestGateway -All
    } | Receive-Job -Wait -AutoRemoveJob -ErrorAction SilentlyContinue
}

Describe 'What a job returns' {
    It 'came from a job that ran to its end' {
        @($received).Count | Should -Be (2 * $lines.Count)
    }

    It 'is shown as in the session of the job: <Name>' -TestCases $shown {
        $there = $received | Where-Object { $_.Name -eq $Name -and $_.ContainsKey('Text') }
        $copies = ($received | Where-Object { $_.Name -eq $Name -and $_.ContainsKey('Objects') }).Objects
        $rendering = $PSStyle.OutputRendering
        $PSStyle.OutputRendering = 'PlainText'
        try {
            $there.Text | Should -Match '\S'
            $copies | Out-String -Width 140 | Should -BeExactly $there.Text
            # A job does not keep the order of the members of metadata.
            if ($Name -ne 'Get-L402Deployment') { $copies | Format-List | Out-String -Width 140 | Should -BeExactly $there.List }
            $copies | Format-Table | Out-String -Width 140 | Should -BeExactly $there.Table
        }
        finally { $PSStyle.OutputRendering = $rendering }
    }

    It 'is selected by the name of a value' {
        $services = ($received | Where-Object { $_.Name -eq 'Get-LightningPaywall' -and $_.ContainsKey('Objects') }).Objects
        @($services | Where-Object Status -EQ Active).Count | Should -Be 4
        @($services | Where-Object Status -EQ Paused).Count | Should -Be 1
    }
}

Describe 'A copy of an object' {
    It 'keeps its members: each type that has a view has a depth' {
        $folder = Split-Path $manifest
        $viewed = ([xml] (Get-Content "$folder/LightningOps.Format.ps1xml" -Raw)).SelectNodes('//ViewSelectedBy/TypeName').InnerText | Sort-Object -Unique
        $deep = ([xml] (Get-Content "$folder/LightningOps.Types.ps1xml" -Raw)).SelectNodes("//Type[.//NoteProperty[Name = 'SerializationDepth']]/Name").InnerText
        # Values of one member.
        $viewed | Where-Object { $_ -notin $deep -and $_ -notin 'LightningOps.Msats', 'LightningOps.ConfigHash' } | Should -BeNullOrEmpty
    }
}
