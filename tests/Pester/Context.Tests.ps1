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
