<#
.SYNOPSIS
Shared code of the LightningOps runbooks: settings from the platform, and one way to finish.
.DESCRIPTION
Dot-sourced by the runbooks in this folder. A setting comes from a parameter of the runbook, else from Get-AutomationVariable
if available, else, for a secret, from Get-Secret of SecretManagement if available, else from the
environment. In each place it has the name of its environment variable, such as OA_LIGHTNING_OPS_SECRET.
#>

$ErrorActionPreference = 'Stop'
$ConfirmPreference = 'None'
$ProgressPreference = 'SilentlyContinue'

# The module this file ships in; of an older session, that one.
if (-not (Get-Module LightningOps)) {
    Import-Module (Join-Path (Split-Path $PSScriptRoot) 'LightningOps.psd1') -Verbose:$false
}

# What the platform holds under a name; nothing when it holds nothing.
function Get-PlatformValue {
    param([string] $Name, [switch] $Secret, [string] $Vault)

    if (Get-Command Get-AutomationVariable -ErrorAction Ignore) {
        # A variable that is not there is an error of that cmdlet, and no reason to end here.
        $value = try { Get-AutomationVariable -Name $Name -ErrorAction Stop } catch { Write-Verbose "$Name is not an automation variable." }
        if ($value) {
            Write-Verbose "$Name was read from the automation account."
            return $value
        }
    }

    if ($Secret -and (Get-Command Get-Secret -ErrorAction Ignore)) {
        $place = @{}
        if ($Vault) {
            $place.Vault = $Vault
        }

        $value = try { Get-Secret -Name $Name @place -ErrorAction Stop } catch { Write-Verbose "$Name was not found in a vault." }
        if ($value) {
            Write-Verbose "$Name was read from SecretManagement."
            return $value
        }
    }
}

# Takes lists apart that came as one text with commas, which is all that pwsh -File can carry. Lists of a session stay as
# they are, and so do a gateway and a program with a comma in its path.
function Expand-List {
    param([System.Collections.IDictionary] $Given)

    foreach ($name in @($Given.Keys | Where-Object { $Given[$_] -is [string[]] -and $Given[$_].Count -eq 1 })) {
        $text = $Given[$name][0]
        if ($name -eq 'Gateway') {
            $Given[$name] = [string[]] @($text -split '\s*,\s*(?=(?:ops|admin|file|memory|loopback)(?:[:,\s]|$))')
        }
        elseif ($name -in 'ReloadCommand', 'DrainCommand', 'UndrainCommand' -and -not (Test-Path -LiteralPath $text -PathType Leaf)) {
            $Given[$name] = [string[]] @($text -split '\s*,\s*')
        }
    }
}

# Sets what the commands of the runbook use; the environment holds for the rest.
function Connect-Runbook {
    param([System.Collections.IDictionary] $Setting = @{}, [string] $Vault)

    Expand-List $Setting
    $known = (Get-Command Connect-LightningOps).Parameters
    $settings = @{}
    foreach ($one in (Get-LightningOpsContext).Settings) {
        if (-not $known.ContainsKey($one.Name)) {
            continue
        }

        $isSecret = $known[$one.Name].ParameterType -eq [securestring]
        $value = if ($Setting.Keys -contains $one.Name) { $Setting[$one.Name] } else { Get-PlatformValue $one.Variable -Secret:$isSecret -Vault $Vault }
        if ($null -eq $value) {
            continue
        }

        $settings[$one.Name] = if ($isSecret -and $value -isnot [securestring]) { [System.Net.NetworkCredential]::new('', [string] $value).SecurePassword } else { $value }
    }

    if ($Setting.Keys -contains 'EnvironmentFile') {
        $settings.EnvironmentFile = $Setting.EnvironmentFile
    }

    # Also for -WhatIf, which is about what the runbook does with these settings.
    # Whose services a runbook stops is not whose paywalls a session makes.
    $settings.Remove('OwnerId')
    Connect-LightningOps @settings -WhatIf:$false
}

# The parameters given to the runbook that a command has too. -AsJson is about the output of the runbook.
function Select-Parameter {
    param([System.Collections.IDictionary] $Given, [string] $Command)

    $selected = @{}
    foreach ($name in (Get-Command $Command).Parameters.Keys) {
        if ($Given.Keys -contains $name -and $name -ne 'AsJson') {
            $selected[$name] = $Given[$name]
        }
    }

    $selected
}

# Does the work of a runbook: gives its result, as an object or as one line of JSON, and ends with an exit code (1 without
# -FailureCode) and {"ok":false,"error":"..."} when it failed. An automation job fails by what is thrown: it knows no exit code.
function Invoke-Runbook {
    param([scriptblock] $Work, [switch] $AsJson, [int] $FailureCode = 1)

    try {
        if ($AsJson) {
            # Standard output is for the one line.
            & $Work 3>&1 | ForEach-Object {
                if ($_ -is [System.Management.Automation.WarningRecord]) {
                    [Console]::Error.WriteLine("WARNING: $_")
                }
                else {
                    $_ | Export-Json
                }
            }
        }
        else {
            & $Work
        }
    }
    catch {
        $failure = $_
        [pscustomobject] @{ ok = $false; error = "$($failure.FullyQualifiedErrorId -replace ',.*'): $failure" } | Export-Json
        if (Get-Variable PSPrivateMetadata -ValueOnly -ErrorAction Ignore) {
            throw $failure
        }

        exit $FailureCode
    }
    finally {
        Disconnect-LightningOps -WhatIf:$false
    }
}
