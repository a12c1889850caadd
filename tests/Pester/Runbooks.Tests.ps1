#requires -PSEdition Core
# The runbooks as a scheduler starts them: pwsh -NonInteractive -File, with the stand-ins behind their addresses.

BeforeDiscovery {
    $runbooks = @(Get-ChildItem (Join-Path (Split-Path (& (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1'))) 'runbooks') -Filter '*-*.ps1' | ForEach-Object { @{ Name = $_.BaseName; File = $_.FullName } })
}

BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ExampleWorld.ps1')
    $manifest = & (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')
    $folder = Join-Path (Split-Path $manifest) 'runbooks'
    $world = New-ExampleWorld (Join-Path $TestDrive 'world') $manifest
    $shell = Join-Path $PSScriptRoot 'Support/Invoke-Pwsh.ps1'
    $place = (Copy-Item $world.Template (Join-Path $TestDrive 'place') -Recurse -PassThru)[0].FullName
    $env:OA_LIGHTNING_OPS_STORE = Join-Path $place 'store.db'

    # Runs a runbook; -Before are commands of the session it is started in, such as stand-ins of a platform's cmdlets.
    function Invoke-Book([string] $Name, [string] $Arguments, [string] $Before) {
        $line = "$Before`n& '$(Join-Path $folder "$Name.ps1")' $Arguments`nexit `$LASTEXITCODE"
        Push-Location $place
        try {
            $output = @(& $shell -NoProfile -NonInteractive -Command $line 2>$null)
        }
        finally {
            Pop-Location
        }

        [pscustomobject] @{ ExitCode = $LASTEXITCODE; Output = $output; Json = $(try { $output | Select-Object -Last 1 | ConvertFrom-Json } catch { $null }) }
    }

    # Runs a runbook as a scheduler does.
    function Invoke-File([string] $Name, [string[]] $Arguments) {
        Push-Location $place
        try {
            $output = @(& $shell -NoProfile -NonInteractive -File (Join-Path $folder "$Name.ps1") @Arguments -AsJson 2>$null)
        }
        finally {
            Pop-Location
        }

        [pscustomobject] @{ ExitCode = $LASTEXITCODE; Output = $output; Json = $(try { $output | Select-Object -Last 1 | ConvertFrom-Json } catch { $null }) }
    }
}

AfterAll {
    Remove-ExampleWorld $world
}

Describe '<Name>' -ForEach $runbooks {
    It 'has help with a synopsis, two examples and every parameter' {
        $help = Get-Help $File -Full
        $help.Synopsis | Should -Not -BeNullOrEmpty
        @($help.examples.example).Count | Should -BeGreaterOrEqual 2
        foreach ($parameter in (Get-Command $File).Parameters.Keys | Where-Object { $_ -notin [System.Management.Automation.Cmdlet]::CommonParameters -and $_ -notin 'WhatIf', 'Confirm' }) {
            (Get-Help $File -Parameter $parameter).description.Text | Should -Not -BeNullOrEmpty -Because $parameter
        }
    }

    It 'asks for nothing' {
        (Get-Command $File).Parameters.Values.Where({ $_.Attributes.Mandatory -contains $true }).Name | Should -BeNullOrEmpty
    }

    It 'fails with its exit code and one line of JSON' {
        $run = Invoke-Book $Name "-Mode Api -EnvironmentFile ./bad.env -AsJson $(if ($Name -eq 'Invoke-NightlyFullFlow') { '-AllowMissingLocalArtifact' })" "Set-Content ./bad.env 'OA_LIGHTNING_OPS_API_BASE_URL=http://127.0.0.1:9/'"
        $run.ExitCode | Should -Be $(if ($Name -in 'Invoke-EmergencyPause', 'Test-GatewayDrift') { 2 } else { 1 })
        $run.Output | Should -HaveCount 1
        $run.Json.ok | Should -BeFalse
        $run.Json.error | Should -BeLike '*ControlPlaneTransportError: *'
        @($run.Json.PSObject.Properties.Name) | Should -Be 'ok', 'error'
    }

    # The nightly full flow has a store of its own.
    It 'says in one line and once that <What>' -ForEach @(
        @{ What = 'a secret is nowhere'; Arguments = '-Mode', 'Convex'; Said = 'ConfigError: OA_LIGHTNING_OPS_SECRET: *' }
        @{ What = 'a gateway does not answer'; Arguments = '-Mode', 'Mock', '-Gateway', 'ops:http://127.0.0.1:9'; Said = '*active_lookup_failed*', 'GatewayError: *' }
        if ($Name -ne 'Invoke-NightlyFullFlow') {
            @{ What = 'a store is none'; Arguments = '-Mode', 'Local', '-Gateway', 'memory'; Said = 'StoreError: store_corrupt: *' }
        }
    ) {
        Set-Content (Join-Path $place 'failing.env') 'OA_LIGHTNING_OPS_CONVEX_URL=http://127.0.0.1:9/', 'OA_LIGHTNING_OPS_STORE=./hosted-paywalls.json'
        $secret, $store, $env:OA_LIGHTNING_OPS_SECRET, $env:OA_LIGHTNING_OPS_STORE = $env:OA_LIGHTNING_OPS_SECRET, $env:OA_LIGHTNING_OPS_STORE, $null, $null
        try {
            $run = Invoke-File $Name ($Arguments + '-EnvironmentFile', './failing.env')
        }
        finally {
            $env:OA_LIGHTNING_OPS_SECRET, $env:OA_LIGHTNING_OPS_STORE = $secret, $store
        }

        $run.ExitCode | Should -Be $(if ($Name -in 'Invoke-EmergencyPause', 'Test-GatewayDrift') { 2 } else { 1 })
        $run.Output | Should -HaveCount 1
        $run.Json.ok | Should -BeFalse
        @($Said | Where-Object { $run.Json.error -like $_ }) | Should -Not -BeNullOrEmpty -Because $run.Json.error
        $run.Json.error | Should -Not -Match '^(.{8,}): \1$'
    }
}

Describe 'Lists' {
    BeforeEach {
        $here = Join-Path $place "lists$([guid]::NewGuid().ToString('N'))"
        $null = New-Item $here -ItemType Directory
        Copy-Item (Join-Path $world.Template 'aperture.yaml') (Join-Path $here 'aperture.yaml')
        Copy-Item (Join-Path $world.Template 'store.db') (Join-Path $here 'store.db')
    }

    It '<Name> takes gateways and a reload command with commas, which is all that -File can carry' -ForEach @(
        @{ Name = 'Invoke-ScheduledReconcile'; Count = { $_.results.Count } }
        @{ Name = 'Invoke-EmergencyPause'; Count = { $_.results.gateways.Count } }
    ) {
        $run = Invoke-File $Name '-Mode', 'Local', '-StorePath', "$here/store.db", '-Gateway', "file:$here/aperture.yaml, memory", '-ReloadCommand', 'systemctl,restart,aperture'
        $run.Json.ok | Should -BeTrue -Because "$($run.Output)"
        ($run.Json | ForEach-Object $Count) | Should -Be 2
        $run.ExitCode | Should -Be $(if ($Name -eq 'Invoke-EmergencyPause') { 1 } else { 0 })
    }

    It 'Test-GatewayDrift compares each gateway of a list' {
        $run = Invoke-File 'Test-GatewayDrift' '-Mode', 'Local', '-StorePath', "$here/store.db", '-Gateway', "file:$here/aperture.yaml,memory"
        $run.Json.gateways.gateway | Should -HaveCount 2
    }

    It 'in words apart are refused, and nothing is done: no word may become the name of an owner' {
        $run = Invoke-File 'Invoke-EmergencyPause' '-Mode', 'Local', '-StorePath', "$here/store.db", '-NoRollout', '-ReloadCommand', 'systemctl,', 'restart,', 'aperture'
        $run.ExitCode | Should -Not -Be 0
        $run.Output | Should -Not -BeLike '*"ok":true*'
        & $shell -NoProfile -Command "Import-Module '$manifest'; `$state = Get-L402SecurityState -Mode Local -StorePath '$here/store.db'; `$state.Global.GlobalPause; `$state.OwnerControls.Count" | Should -Be 'False', '0'
    }

    It 'of a session, and commas in a path, stay as they are' {
        $null = New-Item (Join-Path $here 'a,b.sh')
        $line = "`$given = @{ Gateway = [string[]] @('file:./a,b.yaml, ops:https://x.example ,memory'); ReloadCommand = [string[]] @('$here/a,b.sh'); OwnerId = [string[]] @('a,b') }; Expand-List `$given; `$given.Gateway; `$given.ReloadCommand; `$given.OwnerId; `$given = @{ ReloadCommand = [string[]] @('sh', '-c', 'a,b') }; Expand-List `$given; `$given.ReloadCommand"
        & $shell -NoProfile -NonInteractive -Command ". '$(Join-Path $folder 'RunbookSession.ps1')'; $line" |
            Should -Be 'file:./a,b.yaml', 'ops:https://x.example', 'memory', "$here/a,b.sh", 'a,b', 'sh', '-c', 'a,b'
    }
}

Describe 'Twice in a row' {
    It '<Name> <Arguments>: the same' -ForEach @(
        @{ Name = 'Invoke-ScheduledReconcile'; Arguments = '-Mode Api -Format RouteDocument -AsJson'; Compared = { $_.ok, $_.results.configHash, $_.results.deploymentStatus, $_.results.healthOk -join ' ' }; ExitCode = 0 }
        @{ Name = 'Invoke-ScheduledReconcile'; Arguments = '-Mode Local -Gateway file:./aperture.yaml -ReloadCommand systemctl, restart, aperture -AsJson'; Compared = { $_.ok, $_.results.configHash, $_.results.deploymentStatus -join ' ' }; ExitCode = 0 }
        @{ Name = 'Test-GatewayDrift'; Arguments = '-Mode Api -Format RouteDocument -AsJson'; Compared = { $_ | ConvertTo-Json -Compress }; ExitCode = 0 }
        @{ Name = 'Invoke-NightlyFullFlow'; Arguments = '-AllowMissingLocalArtifact -ArtifactDirectory ./nightly -AsJson'; Compared = { $_.ok, $_.gatewayReconcile.configHash, $_.gatewayReconcile.deploymentStatus -join ' ' }; ExitCode = 0 }
        @{ Name = 'Invoke-StagingReconcile'; Arguments = '-Mode Api -AsJson'; Compared = { $_.ok, $_.configHash, $_.deploymentStatus, $_.healthOk, $_.challengeOk, $_.proxyOk -join ' ' }; ExitCode = 0 }
        @{ Name = 'Invoke-EmergencyPause'; Arguments = '-Mode Local -Gateway file:./aperture.yaml -ReloadCommand systemctl, restart, aperture -AsJson'; Compared = { $_.ok, $_.paused, $_.results.gateways.configHash, $_.leftAlone.name -join ' ' }; ExitCode = 1 }
        @{ Name = 'Invoke-EmergencyPause'; Arguments = '-Resume -Mode Local -Gateway file:./aperture.yaml -ReloadCommand systemctl, restart, aperture -AsJson'; Compared = { $_.ok, $_.paused, $_.results.gateways.configHash -join ' ' }; ExitCode = 0 }
    ) {
        $first, $second = 1..2 | ForEach-Object { Invoke-Book $Name $Arguments }
        $first.ExitCode | Should -Be $ExitCode -Because "$($first.Output)"
        $second.ExitCode | Should -Be $ExitCode -Because "$($second.Output)"
        $first.Json.ok | Should -BeTrue
        ($second.Json | ForEach-Object $Compared) | Should -Be ($first.Json | ForEach-Object $Compared)
    }
}

Describe 'Invoke-EmergencyPause' {
    BeforeAll {
        $local = "-Mode Local -StorePath ./owners.db -NoRollout -AsJson"
        # A switch in a store that is not there would stop nothing.
        $paywalls = Join-Path $PSScriptRoot '../LightningOps.Tests/Vectors/smoke/paywalls.json'
        & $shell -NoProfile -Command "Import-Module '$manifest'; 'owners.db', 'nogateway.db' | ForEach-Object { [void] (Import-LightningPaywall '$paywalls' -StorePath (Join-Path '$place' `$_)) }"
    }

    It 'lifts no global pause for <Owners>, which names no owner' -ForEach @(@{ Owners = "''" }, @{ Owners = '@()' }, @{ Owners = "' , '" }) {
        (Invoke-Book 'Invoke-EmergencyPause' $local).Json.paused | Should -BeTrue
        $run = Invoke-Book 'Invoke-EmergencyPause' "-Resume -OwnerId $Owners $local"
        $run.ExitCode | Should -Be 2
        $run.Json.error | Should -BeLike 'OwnerIdMissing: *'
        & $shell -NoProfile -Command "Import-Module '$manifest'; (Get-L402SecurityState -Mode Local -StorePath '$place/owners.db').Global.GlobalPause" | Should -Be 'True'
    }

    It 'takes owners with commas between them, which is all that -File can carry' {
        $run = Invoke-Book 'Invoke-EmergencyPause' "-OwnerId 'owner_1, owner_2' $local"
        $run.ExitCode | Should -Be 0
        $run.Json.owners | Should -Be 'owner_1', 'owner_2'
        $run.Json.results.ownerId | Should -Be 'owner_1', 'owner_2'
    }

    It 'sets the pause also when no gateway can be opened, and fails' {
        $run = Invoke-Book 'Invoke-EmergencyPause' '-Mode Local -StorePath ./nogateway.db -AsJson'
        $run.ExitCode | Should -Be 2
        $run.Json.error | Should -BeLike 'ConfigError: *'
        & $shell -NoProfile -Command "Import-Module '$manifest'; (Get-L402SecurityState -Mode Local -StorePath '$place/nogateway.db').Global.GlobalPause" | Should -Be 'True'
    }

    It 'claims no pause after -WhatIf' {
        $run = Invoke-Book 'Invoke-EmergencyPause' "-WhatIf $local"
        $run.Json.paused | Should -BeNullOrEmpty
        $run.Json.results | Should -BeNullOrEmpty
        "$($run.Output)" | Should -Not -BeLike '*Settings of this session*'
    }
}

Describe 'Test-GatewayDrift' {
    It 'sends the alert, says what differs, and exits with 1' {
        Set-Content (Join-Path $place 'other.yaml') (Get-Content (Join-Path $world.Template 'aperture.yaml'))
        $run = Invoke-Book 'Test-GatewayDrift' "-Mode Local -Gateway file:./other.yaml -AlertUrl $($world.StandIn.Site)/hook?token=t0k3n -AsJson"
        $run.ExitCode | Should -Be 1
        $run.Json.inDrift | Should -BeTrue
        $run.Json.alerted | Should -BeTrue
        $sent = Get-Content (Join-Path $world.StandIn.Folder 'hooks.jsonl') | Select-Object -Last 1 | ConvertFrom-Json
        $sent.gateways.plan | Should -Be $run.Json.gateways.plan
    }

    It 'fails when the alert cannot be sent, without its address' {
        $run = Invoke-Book 'Test-GatewayDrift' '-Mode Local -Gateway file:./other.yaml -AlertUrl http://127.0.0.1:9/hook?token=t0k3n -AsJson' 'function Invoke-RestMethod { throw "no" }'
        $run.ExitCode | Should -Be 2
        $run.Json.error | Should -Be 'AlertNotSent: The alert could not be sent to 127.0.0.1: RuntimeException'
        "$($run.Output)" | Should -Not -Match 't0k3n'
    }
}

Describe 'Secrets' {
    BeforeAll {
        $nothing = 'Remove-Item Env:OA_LIGHTNING_OPS_SECRET;'
        $automation = "function global:Get-AutomationVariable([string] `$Name) { Add-Content ./asked.txt `"automation `$Name`"; if (`$Name -in 'OA_LIGHTNING_OPS_SECRET', 'OA_LIGHTNING_OPS_API_BASE_URL') { @{ OA_LIGHTNING_OPS_SECRET = 'automation-secret'; OA_LIGHTNING_OPS_API_BASE_URL = '$($world.StandIn.Site)' }[`$Name] } else { throw `"no variable `$Name`" } };"
        $vault = "function global:Get-Secret([string] `$Name, [string] `$Vault) { Add-Content ./asked.txt `"vault `$Vault `$Name`"; if (`$Name -eq 'OA_LIGHTNING_OPS_SECRET') { [Net.NetworkCredential]::new('', 'vault-secret').SecurePassword } else { throw `"no secret `$Name`" } };"
    }

    BeforeEach {
        Remove-Item (Join-Path $place 'asked.txt') -ErrorAction Ignore
    }

    It 'come from the automation account first' {
        $run = Invoke-Book 'Test-GatewayDrift' '-Mode Api -Format RouteDocument -AsJson' "$nothing Remove-Item Env:OA_LIGHTNING_OPS_API_BASE_URL; $automation $vault"
        $run.Json.ok | Should -BeTrue -Because "$($run.Output)"
        $asked = Get-Content (Join-Path $place 'asked.txt')
        $asked | Should -Contain 'automation OA_LIGHTNING_OPS_SECRET'
        $asked | Should -Not -Contain 'vault  OA_LIGHTNING_OPS_SECRET'
    }

    It 'come from SecretManagement next, from the vault that is named' {
        $run = Invoke-Book 'Test-GatewayDrift' '-Mode Api -Format RouteDocument -Vault Ops -AsJson' "$nothing $vault"
        $run.Json.ok | Should -BeTrue -Because "$($run.Output)"
        Get-Content (Join-Path $place 'asked.txt') | Should -Contain 'vault Ops OA_LIGHTNING_OPS_SECRET'
    }

    It 'come from the environment last' {
        (Invoke-Book 'Test-GatewayDrift' '-Mode Api -Format RouteDocument -AsJson').Json.ok | Should -BeTrue
    }

    It 'that are nowhere end the runbook with the name of the setting' {
        $run = Invoke-Book 'Test-GatewayDrift' '-Mode Api -AsJson' $nothing
        $run.ExitCode | Should -Be 2
        $run.Json.error | Should -BeLike 'ConfigError: OA_LIGHTNING_OPS_SECRET*'
    }

    It 'are in no output, whatever is asked for' {
        $lines = "function global:Out-Everything { & '$(Join-Path $folder 'Invoke-ScheduledReconcile.ps1')' -Mode Api -Format RouteDocument -Verbose *>&1 | Out-String }; Out-Everything"
        $output = & $shell -NoProfile -NonInteractive -Command "Set-Location '$place'; $nothing $automation $lines" | Out-String
        $output | Should -Match 'read from the automation account'
        $output | Should -Not -Match 'automation-secret'
    }
}

Describe 'An automation job' {
    It 'fails by what is thrown, for it knows no exit code' {
        $run = Invoke-Book 'Test-GatewayDrift' '-Mode Local -Gateway file:./nowhere.yaml' '$PSPrivateMetadata = @{ JobId = [guid]::NewGuid() }; trap { "thrown $($_.FullyQualifiedErrorId)"; exit 7 }'
        $run.ExitCode | Should -Be 7
        $run.Output[0] | ConvertFrom-Json | ForEach-Object ok | Should -BeFalse
        $run.Output[1] | Should -BeLike 'thrown GatewayError*'
    }
}

Describe 'env.staging.example' {
    It 'can be read as it is' {
        $run = Invoke-Book 'Invoke-StagingReconcile' "-EnvironmentFile '$(Join-Path $folder 'env.staging.example')' -Mode Mock -AsJson"
        $run.Json.ok | Should -BeTrue -Because "$($run.Output)"
    }

    It 'names only variables there are' {
        $known = & $shell -NoProfile -Command "Import-Module '$manifest'; (Get-LightningOpsContext).Settings.Variable"
        foreach ($line in Get-Content (Join-Path $folder 'env.staging.example') | Where-Object { $_ -match '^[A-Z]' }) {
            $known | Should -Contain $line.Split('=')[0]
        }
    }
}

Describe 'Alone in an empty folder' {
    BeforeAll {
        $alone = Join-Path $TestDrive 'alone'
        # Where the module is installed, it is under its name in a folder of PSModulePath.
        $modules = Join-Path $TestDrive 'modules'
        [void] (New-Item $modules -ItemType Directory)
        if ($IsWindows) {
            Copy-Item (Split-Path $manifest) (Join-Path $modules 'LightningOps') -Recurse
        }
        else {
            [void] (New-Item -ItemType SymbolicLink (Join-Path $modules 'LightningOps') -Target (Split-Path $manifest))
        }

        function Invoke-Alone([string] $Name, [string] $Arguments, [string] $ModulePath, [string] $Before) {
            Remove-Item $alone -Recurse -Force -ErrorAction Ignore
            [void] (New-Item $alone -ItemType Directory)
            Copy-Item (Join-Path $folder "$Name.ps1") $alone
            $line = "`$env:PSModulePath = '$ModulePath' + [IO.Path]::PathSeparator + (Join-Path `$PSHOME 'Modules'); Set-Location '$alone'; $Before`n& './$Name.ps1' $Arguments`nexit `$LASTEXITCODE"
            $output = @(& $shell -NoProfile -NonInteractive -Command $line 2>$null)
            [pscustomobject] @{ ExitCode = $LASTEXITCODE; Output = $output; Json = $(try { $output | Select-Object -Last 1 | ConvertFrom-Json } catch { $null }) }
        }
    }

    It '<Name> fails without the module, with one line and its exit code' -ForEach $runbooks {
        $run = Invoke-Alone $Name '-Mode Mock -AsJson' (Join-Path $TestDrive 'none')
        $run.ExitCode | Should -Be $(if ($Name -eq 'Test-GatewayDrift') { 2 } else { 1 })
        $run.Output | Should -HaveCount 1
        $run.Json.ok | Should -BeFalse
        $run.Json.error | Should -BeLike 'ModuleNotFound: *'
        @(Get-ChildItem $alone).Name | Should -Be "$Name.ps1"
    }

    It '<Name> fails in an automation job by what is thrown' -ForEach $runbooks {
        $run = Invoke-Alone $Name '-Mode Mock' (Join-Path $TestDrive 'none') '$PSPrivateMetadata = @{ JobId = 1 }; trap { "thrown $_"; exit 7 }'
        $run.ExitCode | Should -Be 7
        $run.Output[-1] | Should -BeLike 'thrown ModuleNotFound: *'
    }

    It '<Name> works with the module on the path' -ForEach $runbooks {
        $run = Invoke-Alone $Name "-Mode Mock -AsJson $(if ($Name -eq 'Invoke-NightlyFullFlow') { '-AllowMissingLocalArtifact' })" $modules
        $run.Json | Should -Not -BeNullOrEmpty -Because "$($run.Output)"
        $run.Json.error | Should -Not -BeLike 'Module*'
        # Mock has a gateway in memory that serves nothing yet: in drift.
        $run.ExitCode | Should -Be $(if ($Name -eq 'Test-GatewayDrift') { 1 } else { 0 })
        $run.Json.ok | Should -BeTrue
    }

    It '<Name> fails with the module as it does in its folder' -ForEach $runbooks {
        $run = Invoke-Alone $Name "-Mode Mock -Gateway ops:http://127.0.0.1:9 -AsJson $(if ($Name -eq 'Invoke-NightlyFullFlow') { '-AllowMissingLocalArtifact' })" $modules
        $run.Json.ok | Should -BeFalse
        $run.ExitCode | Should -Be $(if ($Name -in 'Invoke-EmergencyPause', 'Test-GatewayDrift') { 2 } else { 1 })
    }

    It '<Name> tells the cause in ConstrainedLanguage' -ForEach $runbooks {
        $run = Invoke-Alone $Name '-Mode Mock' $modules '$ExecutionContext.SessionState.LanguageMode = "ConstrainedLanguage"'
        $run.ExitCode | Should -Be $(if ($Name -eq 'Test-GatewayDrift') { 2 } else { 1 })
        "$($run.Output)" | Should -BeLike '*"ok":false,"error":"ConstrainedLanguage: *'
    }
}

Describe 'Sessions of other kinds' {
    BeforeAll {
        Import-Module $manifest -Force
    }

    It '-Parallel: each runspace has its own module and settings' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
        $modes = 'Mock', 'Local' | ForEach-Object -Parallel { Import-Module $using:manifest; Connect-LightningOps -Mode $_ -WhatIf:$false; (Get-LightningOpsContext).Mode }
        $modes | Sort-Object | Should -Be 'Local', 'Mock'
    }

    BeforeDiscovery {
        $pipes = @(
            @{ Pipe = 'paywalls compile'; Work = { Get-LightningPaywall -Mode Mock }; Then = { $input | Invoke-LightningCompile | ForEach-Object { $_.ConfigHash } } }
            @{ Pipe = 'drift goes to a roll-out'; Work = { Test-ApertureDrift -Mode Mock }; Then = { $input | Sync-ApertureConfig -Mode Mock -Force | ForEach-Object { $_.Ok } } }
            @{ Pipe = 'a compile is written'; Work = { Invoke-LightningCompile -Mode Mock }; Then = { $input | Export-ApertureConfig "$TestDrive/$([guid]::NewGuid()).yaml" -PassThru | ForEach-Object { $_.RuleCount, $_.ConfigHash -join ' ' } } }
            @{ Pipe = 'a status gives metrics'; Work = { Get-L402Status -Mode Mock }; Then = { $file = "$TestDrive/$([guid]::NewGuid()).prom"; $input | Export-L402Metric $file; @(Get-Content $file | Where-Object { $_ -match '^lightningops_(gateway|paywalls)' }) -join ';' } }
            @{ Pipe = 'a smoke is reported'; Work = { Invoke-L402Smoke Compile -Mode Mock }; Then = { $to = "$TestDrive/$([guid]::NewGuid())"; $input | Export-L402Artifact $to; (Get-Content "$to/summary.json" -Raw | ConvertFrom-Json).configHash } }
        )
        $sessions = @(foreach ($kind in '-Parallel', 'Start-ThreadJob', 'Start-Job', 'an out-of-process runspace') { foreach ($pipe in $pipes) { @{ Kind = $kind } + $pipe } })
    }

    BeforeAll {
        # What commands give in a session of a kind, as it comes back from there.
        function Get-FromSession([string] $Kind, [string] $Work) {
            $line = "Import-Module '$manifest'; $Work"
            switch ($Kind) {
                '-Parallel' { 1 | ForEach-Object -Parallel { & ([scriptblock]::Create($using:line)) } }
                'an out-of-process runspace' {
                    $runspace = [runspacefactory]::CreateOutOfProcessRunspace([System.Management.Automation.Runspaces.TypeTable]::LoadDefaultTypeFiles())
                    $runspace.Open()
                    $shell = [powershell]::Create($runspace)
                    try {
                        $shell.AddScript($line).Invoke()
                        "$($shell.Streams.Error)" | Should -BeNullOrEmpty
                    }
                    finally {
                        $shell.Dispose()
                        $runspace.Dispose()
                    }
                }
                default {
                    $job = & $Kind -ArgumentList $line { param($line) & ([scriptblock]::Create($line)) }
                    try {
                        $job | Wait-Job -Timeout 120 | Receive-Job
                    }
                    finally {
                        $job | Remove-Job -Force
                    }
                }
            }
        }
    }

    It '<Kind>: <Pipe>' -ForEach $sessions {
        $received = @(Get-FromSession $Kind "$Work")
        $received | Should -Not -BeNullOrEmpty
        $received[0].PSTypeNames[0] | Should -BeLike $(if ($Kind -in 'Start-Job', 'an out-of-process runspace') { 'Deserialized.LightningOps.*' } else { 'LightningOps.*' })
        $was = $received | & $Then
        $was | Should -Not -BeNullOrEmpty
        $was | Should -Be (& $Work | & $Then)
    }
}
