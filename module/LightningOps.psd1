@{
    RootModule             = 'LightningOps.PowerShell.dll'
    # Imported first: it makes the assemblies in lib/ known before the types of the cmdlets are read.
    NestedModules          = @('LightningOps.Loader.dll')
    ModuleVersion          = '0.1.0'
    GUID                   = 'd8e6b1f2-3ecd-4612-bdc2-9a052ea05cf1'
    Author                 = 'The LightningOps authors'
    CompanyName            = 'LightningOps'
    Copyright              = 'Copyright (c) 2026 The LightningOps authors. MIT licence.'
    Description            = 'Operates L402 gateways: compiles paywalls to an Aperture configuration, rolls it out, records settlements, and tests the whole path.'
    PowerShellVersion      = '5.1'
    CompatiblePSEditions   = @('Core', 'Desktop')
    DotNetFrameworkVersion = '4.7.2'
    FormatsToProcess       = @('LightningOps.Format.ps1xml')
    TypesToProcess         = @('LightningOps.Types.ps1xml', 'LightningOps.Units.ps1xml')
    FunctionsToExport      = @()
    AliasesToExport        = @()
    VariablesToExport      = @()
    CmdletsToExport        = @(
        'Connect-LightningOps'
        'ConvertFrom-Bolt11'
        'ConvertFrom-L402Token'
        'Disconnect-LightningOps'
        'Enable-LightningOpsCredential'
        'Export-ApertureConfig'
        'Export-Json'
        'Export-L402Artifact'
        'Export-L402Catalog'
        'Export-LightningPaywall'
        'Find-L402Sale'
        'Get-ApertureInfo'
        'Get-ApertureStatistic'
        'Get-ApertureToken'
        'Get-ApertureTransaction'
        'Get-L402Challenge'
        'Get-L402Credential'
        'Get-L402Deployment'
        'Get-L402Gateway'
        'Get-L402GatewayService'
        'Get-L402Invoice'
        'Get-L402Purchase'
        'Get-L402Revenue'
        'Get-L402SecurityState'
        'Get-L402Settlement'
        'Get-L402Spending'
        'Get-L402TestGateway'
        'Get-LightningOpsContext'
        'Get-LightningOpsJournal'
        'Get-LightningPaywall'
        'Import-L402Settlement'
        'Import-LightningPaywall'
        'Invoke-L402Smoke'
        'Invoke-L402WebRequest'
        'Invoke-LightningCompile'
        'Measure-L402AccessLog'
        'New-LightningPaywall'
        'Register-L402Gateway'
        'Remove-L402Credential'
        'Remove-LightningPaywall'
        'Resolve-L402Route'
        'Resume-LightningPaywall'
        'Revoke-ApertureToken'
        'Revoke-LightningOpsCredential'
        'Set-L402Gateway'
        'Set-L402GlobalPause'
        'Set-L402OwnerKillSwitch'
        'Set-LightningPaywall'
        'Start-L402TestGateway'
        'Start-LightningOpsCredentialRotation'
        'Stop-L402TestGateway'
        'Suspend-LightningPaywall'
        'Sync-ApertureConfig'
        'Test-ApertureConfig'
        'Test-ApertureDrift'
        'Test-L402Gate'
        'Test-L402Payer'
        'Test-LightningOpsJournal'
        'Unregister-L402Gateway'
    )
    PrivateData            = @{
        PSData = @{
            Tags         = @('L402', 'Lightning', 'Bitcoin', 'Aperture', 'Paywall', 'Operations', 'PSEdition_Core', 'PSEdition_Desktop', 'Windows', 'Linux', 'MacOS')
            LicenseUri   = 'https://opensource.org/license/mit'
            ProjectUri   = 'https://openagents.com'
            ReleaseNotes = 'First version. See CHANGELOG.md in the folder of the module.'
        }
    }
}
