# What the examples of the help find around them: a folder of its own for each example, with a snapshot, a store, an
# aperture.yaml and so on, and the stand-ins behind the addresses the examples name. Nothing outside is needed.

. (Join-Path $PSScriptRoot 'StandIns.ps1')

$script:aperture = @'
# kept by hand
listenaddr: "{0}"
authenticator:
  disable: true
services:
  - name: old
    hostregexp: '^old.example$'
    pathregexp: '^/x$'
    address: "127.0.0.1:9000"
    protocol: http
    price: 5
dbbackend: sqlite
sqlite:
  databasefilename: ./aperture.db
'@

function New-ExampleWorld {
    param([Parameter(Mandatory)] [string] $Folder, [Parameter(Mandatory)] [string] $Manifest)

    $standIn = Start-StandIn (Join-Path $Folder 'peers')
    $template = Join-Path $Folder 'template'
    $tools = Join-Path $Folder 'bin'
    $null = New-Item $template, $tools, (Join-Path $template 'docs') -ItemType Directory
    $root = Join-Path $PSScriptRoot '../../..'
    Copy-Item (Join-Path $root 'docs/examples/hosted-paywalls.json') (Join-Path $template 'hosted-paywalls.json')
    Copy-Item (Join-Path $root 'docs/examples') (Join-Path $template 'docs/examples') -Recurse
    Copy-Item (Join-Path $root 'tests/LightningOps.Tests/Vectors/smoke/paywalls.json') (Join-Path $template 'paywalls.json')
    Copy-Item (Join-Path $standIn.Folder '*') $template
    $paywall = (Get-Content (Join-Path $template 'paywalls.json') -Raw | ConvertFrom-Json)[0]
    ConvertTo-Json @($paywall, $paywall) -Depth 9 | Set-Content (Join-Path $template 'broken.json')
    Set-Content (Join-Path $template 'aperture.yaml') ($script:aperture -f $standIn.Aperture)
    Copy-Item (Join-Path $root 'tests/LightningOps.Tests/Vectors/aperture/db/aperture-v0.5.0.db') (Join-Path $template 'aperture.db')
    Set-Content (Join-Path $template '.env.staging') 'OA_LIGHTNING_OPS_CONTROL_PLANE_MODE=mock'
    Set-Content (Join-Path $template 'ops-token.txt') 'tok' -NoNewline
    $proof = '0123456789abcdef' * 4
    Set-Content (Join-Path $template 'settlements.jsonl') @(
        '{"invoiceId":"inv_1","paywallId":"019c5a10","ownerId":"owner_7","amountMsats":10000,"status":"open"}'
        "{`"settlementId`":`"set_1`",`"invoiceId`":`"inv_1`",`"paywallId`":`"019c5a10`",`"ownerId`":`"owner_7`",`"amountMsats`":10000,`"paymentProofValue`":`"$proof`"}"
    )
    $vectors = Join-Path $root 'tests/LightningOps.Tests/Vectors'
    Set-Content (Join-Path $template 'invoices.txt') (Get-Content (Join-Path $vectors 'bolt11.json') -Raw | ConvertFrom-Json).valid.Where({ $_.paymentHash }).invoice
    $token = (Get-Content (Join-Path $vectors 'macaroons.json') -Raw | ConvertFrom-Json).valid[0]
    Set-Content (Join-Path $template 'credential.txt') "L402 $($token.macaroonBase64):$($token.preimageHex)" -NoNewline
    Set-Content (Join-Path $template 'root-key.txt') $token.rootKeyHex -NoNewline

    # A service manager: what listens for the Aperture of the examples goes down and comes back.
    $restart = Join-Path $standIn.Folder 'restart'
    Set-Content (Join-Path $tools 'systemctl.cmd') "@echo off`r`ntype nul > `"$restart`"`r`n:wait`r`nif exist `"$restart`" (ping -n 1 -w 50 127.0.0.1 > nul & goto wait)`r`nexit /b 0"
    Set-Content (Join-Path $tools 'systemctl') "#!/bin/sh`n: > '$restart'`nwhile [ -e '$restart' ]; do sleep 0.05; done`nexit 0"
    if (-not $IsWindows) {
        chmod +x (Join-Path $tools 'systemctl')
    }

    $state = [initialsessionstate]::CreateDefault()
    $state.ImportPSModule($Manifest)
    $state.Commands.Add([System.Management.Automation.Runspaces.SessionStateFunctionEntry]::new('Read-Host', 'ConvertTo-SecureString test-secret -AsPlainText -Force'))
    $world = [pscustomobject] @{
        Folder      = $Folder
        Template    = $template
        StandIn     = $standIn
        State       = $state
        Number      = 0
        Environment = @{}
        Addresses   = [ordered] @{
            'https://ops.example.com'           = $standIn.Site
            'https://gateway.example.com'       = $standIn.Site
            'https://aperture.example.com:8081' = $standIn.Admin
            'https://shop.example.com'          = $standIn.Shop
            'https://openagents.com'            = $standIn.Site
            'https://upstream.example.com'      = $standIn.Upstream
            '/etc/aperture/aperture.yaml'       = './aperture.yaml'
            'Import-Module LightningOps'        = ''
        }
    }
    foreach ($variable in Get-ChildItem Env:OA_LIGHTNING_*, Env:PATH, Env:PSModulePath) {
        $world.Environment[$variable.Name] = $variable.Value
    }

    Remove-Item Env:OA_LIGHTNING_*
    $env:PATH = $tools + [IO.Path]::PathSeparator + $env:PATH

    # Parallel runspaces of an example load the module by its name.
    $env:PSModulePath = (Split-Path (Split-Path $Manifest)) + [IO.Path]::PathSeparator + $env:PSModulePath
    $env:OA_LIGHTNING_OPS_API_BASE_URL = $standIn.Site
    $env:OA_LIGHTNING_OPS_CONVEX_URL = $standIn.Site
    $env:OA_LIGHTNING_OPS_SECRET = 'test-secret'
    $env:OA_LIGHTNING_OPS_GATEWAY_BASE_URL = $standIn.Site
    $env:OA_LIGHTNING_OPS_CHALLENGE_URL = "$($standIn.Site)/staging"
    $env:OA_LIGHTNING_OPS_PROXY_URL = "$($standIn.Site)/staging"
    $env:OA_LIGHTNING_OPS_GATEWAY_OPS_TOKEN = 'tok'
    $env:OA_LIGHTNING_OPS_CRED_GATEWAY_INVOICE = 'gateway-invoice-credential'
    $env:OA_LIGHTNING_OPS_CRED_SETTLEMENT_READ = 'settlement-read-credential'
    $env:OA_LIGHTNING_OPS_CRED_OPERATOR_ADMIN = 'operator-admin-credential'

    $filled = Invoke-Example $world 'Import-LightningPaywall ./hosted-paywalls.json; Invoke-LightningCompile -Mode Local -Record; Import-L402Settlement ./settlements.jsonl -Mode Local'
    if ($filled.Errors) {
        throw $filled.Errors[0]
    }

    Copy-Item (Join-Path $filled.Folder 'store.db*') $template
    $world
}

# Runs the commands of an example in a session and a folder of their own.
function Invoke-Example {
    param([Parameter(Mandatory)] $World, [Parameter(Mandatory)] [string] $Code)

    $World.Number++
    $folder = Join-Path $World.Folder "example$($World.Number)"
    Copy-Item $World.Template $folder -Recurse
    $env:OA_LIGHTNING_OPS_STORE = Join-Path $folder 'store.db'
    $env:OA_LIGHTNING_OPS_CREDENTIAL_STORE = Join-Path $folder 'credentials.db'
    foreach ($address in $World.Addresses.GetEnumerator()) {
        $Code = $Code.Replace($address.Key, $address.Value)
    }

    $runspace = [runspacefactory]::CreateRunspace($World.State)
    $runspace.Open()
    $shell = [powershell]::Create()
    $shell.Runspace = $runspace
    try {
        $runspace.SessionStateProxy.Path.SetLocation($folder) | Out-Null
        $errors = [System.Collections.Generic.List[object]]::new()
        $output = try {
            $shell.AddScript($Code).AddCommand('Out-String').Invoke()
        }
        catch [System.Management.Automation.MethodInvocationException] {
            $errors.Add($_.Exception.InnerException.ErrorRecord)
        }

        $errors.InsertRange(0, @($shell.Streams.Error))
        [pscustomobject] @{ Folder = $folder; Output = "$output"; Errors = @($errors); Warnings = @($shell.Streams.Warning) }
    }
    finally {
        $shell.Dispose()
        $runspace.Dispose()
    }
}

function Remove-ExampleWorld {
    param([Parameter(Mandatory)] $World)

    Remove-Item Env:OA_LIGHTNING_*
    foreach ($name in $World.Environment.Keys) {
        Set-Item "Env:$name" $World.Environment[$name]
    }

    Stop-StandIn $World.StandIn
}
