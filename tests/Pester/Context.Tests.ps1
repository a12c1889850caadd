BeforeAll {
    Import-Module (& (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')) -Force
    $secret = ConvertTo-SecureString 'correct-horse-battery-staple' -AsPlainText -Force
}

Describe 'Connect-LightningOps' {
    BeforeEach {
        Remove-Item Env:OA_LIGHTNING_OPS_* -ErrorAction Ignore
    }

    AfterEach {
        Disconnect-LightningOps
        Remove-Item Env:OA_LIGHTNING_OPS_* -ErrorAction Ignore
    }

    It 'beats the environment, which beats the default' {
        (Get-LightningOpsContext).Mode | Should -Be 'api'
        $env:OA_LIGHTNING_OPS_CONTROL_PLANE_MODE = 'mock'
        (Get-LightningOpsContext).Mode | Should -Be 'mock'
        Connect-LightningOps -Mode Local
        (Get-LightningOpsContext).Mode | Should -Be 'local'
    }

    It 'never shows a secret' {
        Connect-LightningOps -Mode Api -ApiBaseUrl https://ops.example.com -Secret $secret
        $shown = (Get-LightningOpsContext | Format-List * | Out-String), (Get-LightningOpsContext | Export-Json), ((Get-LightningOpsContext).Settings | Out-String)
        "$shown" | Should -Not -Match 'horse'
        (Get-LightningOpsContext).Secret | Should -Be 'set'
    }

    It 'names the variable that is missing' {
        Connect-LightningOps -Mode Convex -ConvexUrl https://convex.example.com
        $failure = { Get-LightningPaywall } | Should -Throw -ErrorId 'ConfigError*' -PassThru
        $failure.TargetObject | Should -Be 'OA_LIGHTNING_OPS_SECRET'
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'reads an environment file' {
        Set-Content "$TestDrive/.env" 'OA_LIGHTNING_OPS_CONTROL_PLANE_MODE=mock'
        Connect-LightningOps -EnvironmentFile "$TestDrive/.env"
        (Get-LightningPaywall).Count | Should -Be 2
    }
}

Describe 'Several contexts' {
    BeforeEach {
        Disconnect-LightningOps
        Connect-LightningOps Local -StorePath "$TestDrive/staging.db" -Context staging
        Connect-LightningOps Local -StorePath "$TestDrive/live.db" -Context live
    }

    AfterEach {
        Get-LightningOpsContext -ListAvailable | Where-Object Name -In staging, live | ForEach-Object { Disconnect-LightningOps -Context $_.Name }
        Disconnect-LightningOps
    }

    It 'are selected and named on a command' {
        (Get-LightningOpsContext).Name | Should -Be 'live'
        $null = New-LightningPaywall a.example /a https://a.example -PriceSats 1 -Context staging
        @(Get-LightningPaywall -Context staging).Count | Should -Be 1
        { Get-LightningPaywall -ErrorAction Stop } | Should -Throw -ErrorId 'StoreError*'
        Select-LightningOpsContext staging
        @(Get-LightningPaywall).Count | Should -Be 1
        (Get-LightningOpsContext -ListAvailable | Where-Object IsSelected).Name | Should -Be 'staging'
        (Get-LightningOpsContext -ListAvailable).Name | Should -Contain 'live'
    }

    It 'are refused by name where there is none' {
        { Get-LightningPaywall -Context nowhere -ErrorAction Stop } | Should -Throw -ErrorId 'ConfigError*'
        (TabExpansion2 'Get-LightningPaywall -Context st').CompletionMatches.CompletionText | Should -Be 'staging'
    }

    It 'are not those of another runspace, which gets one as an object' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
        $manifest = (Get-Module LightningOps).Path
        $context = Get-LightningOpsContext -Context staging
        $there = 1..2 | ForEach-Object -Parallel {
            Import-Module $using:manifest
            (Get-LightningOpsContext).StorePath
            (Get-LightningOpsContext -Context $using:context).StorePath
            $null = Set-LightningOpsContext $using:context -Name mine
            (Get-LightningOpsContext).Name
        }
        $there | Should -Not -Contain "$TestDrive/live.db"
        @($there | Where-Object { $_ -like '*staging.db' }).Count | Should -Be 2
        @($there | Where-Object { $_ -eq 'mine' }).Count | Should -Be 2
        (Get-LightningOpsContext).Name | Should -Be 'live'
    }

    It 'are those of the process only where somebody asked for it' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
        $manifest = (Get-Module LightningOps).Path
        Select-LightningOpsContext staging -Scope Process
        try {
            1 | ForEach-Object -Parallel { Import-Module $using:manifest; (Get-LightningOpsContext).StorePath } | Should -BeLike '*staging.db'
            (Get-LightningOpsContext).Name | Should -Be 'live'
        }
        finally {
            Disconnect-LightningOps -Context staging
        }

        1 | ForEach-Object -Parallel { Import-Module $using:manifest; (Get-LightningOpsContext).StorePath } | Should -Not -BeLike '*staging.db'
    }

    It 'travel to a job with their store' {
        $manifest = Join-Path (Get-Module LightningOps).ModuleBase LightningOps.psd1
        $context = Get-LightningOpsContext -Context staging
        $there = Start-Job -ArgumentList $context { param($given) Import-Module $using:manifest; (Get-LightningOpsContext -Context $using:context).StorePath; (Set-LightningOpsContext $given).StorePath } | Receive-Job -Wait -AutoRemoveJob
        $there | Should -Be $context.StorePath, $context.StorePath
    }

    It 'travel to another process without their secrets' {
        Connect-LightningOps Api -ApiBaseUrl https://ops.example.com -Secret (ConvertTo-SecureString hush -AsPlainText -Force) -Context hosted
        $xml = [System.Management.Automation.PSSerializer]::Serialize((Get-LightningOpsContext -Context hosted), 3)
        $xml | Should -Not -Match 'hush'
        $there = Set-LightningOpsContext ([System.Management.Automation.PSSerializer]::Deserialize($xml)) -Name copied
        $there.ApiBaseUrl | Should -Be 'https://ops.example.com'
        $there.Mode | Should -Be 'api'
        $there.Secret | Should -Be 'not set'
        'hosted', 'copied' | ForEach-Object { Disconnect-LightningOps -Context $_ }
    }
}

