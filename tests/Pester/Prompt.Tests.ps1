#requires -PSEdition Core
# What a person meets at the prompt: colours, completion, members, and commands that ask before they change something.

BeforeDiscovery {
    Import-Module (& (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')) -Force
    $cmdlets = @(Get-Command -Module LightningOps -CommandType Cmdlet | ForEach-Object { @{ Name = $_.Name; Verb = $_.Verb } })

    # What a person can choose from, by the name of the parameter: an enum or a set completes by itself, the rest by a completer.
    # What is new has no values yet.
    $free = 'New-LightningPaywall -PaywallId', 'New-LightningPaywall -Name', 'Set-LightningPaywall -Name', 'Register-L402Gateway -Name', 'Set-LightningOpsContext -Name'
    $finite = @(foreach ($command in Get-Command -Module LightningOps -CommandType Cmdlet) {
        foreach ($parameter in $command.Parameters.Values) {
            if ($parameter.Name -in 'Mode', 'Name', 'Format', 'Role', 'Status', 'Gateway', 'PaywallId', 'OwnerId', 'DeploymentId', 'InvoiceId', 'SettlementId', 'Payer', 'Method', 'HostName', 'HostHeader', 'HostPattern', 'ServiceName', 'ExcludeService', 'AllowedHosts', 'BlockedHosts', 'PayeeNode' -and "$($command.Name) -$($parameter.Name)" -notin $free) {
                @{ Cmdlet = $command.Name; Parameter = $parameter.Name }
            }
        }
    })
}

BeforeAll {
    $manifest = & (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')
    Import-Module $manifest -Force
    $vectors = Join-Path $PSScriptRoot '../LightningOps.Tests/Vectors'
    $escape = [char] 27

    function Get-Completion([string] $Typed) {
        (TabExpansion2 $Typed $Typed.Length).CompletionMatches.ListItemText
    }

    # What a screen gets, whatever is between this test and a screen.
    function Show([scriptblock] $What) {
        & $What | Out-String -Width 100
    }
}

Describe 'Colours' -Skip:($PSVersionTable.PSVersion -lt '7.2') {
    BeforeEach {
        $rendering = $PSStyle.OutputRendering
        $noColor = $env:NO_COLOR
        $env:NO_COLOR = $null
        $PSStyle.OutputRendering = 'Ansi'
        Set-Content "$TestDrive/aperture.yaml" "listenaddr: localhost:1`nservices:`n  - name: old`n    hostregexp: '^a$'`n    pathregexp: '^/b$'`n    address: h:1`n    protocol: http`n"
    }

    AfterEach {
        $PSStyle.OutputRendering = $rendering
        $env:NO_COLOR = $noColor
    }

    It 'tell a warning from an error' {
        $text = Show { (Test-ApertureConfig -Content "autenticator: x`n").Diagnostics }
        $text | Should -Match ([regex]::Escape($PSStyle.Formatting.Error) + 'error')
        $text | Should -Match ([regex]::Escape($PSStyle.Formatting.Warning) + 'warn')
    }

    It 'tell what a plan adds from what it removes' {
        $text = Show { (Test-ApertureDrift -Mode Mock -Prune -Gateway "file:$TestDrive/aperture.yaml").Plan }
        $text | Should -Match ([regex]::Escape($PSStyle.Foreground.Green) + '\+ pw_')
        $text | Should -Match ([regex]::Escape($PSStyle.Foreground.Red) + '- old')
        $text | Should -Match ([regex]::Escape($PSStyle.Reset))
    }

    It 'are those a person has chosen' {
        $chosen = $PSStyle.Formatting.Error
        try {
            $PSStyle.Formatting.Error = $PSStyle.Foreground.Magenta
            Show { (Test-ApertureConfig -Content "autenticator: x`n").Diagnostics } | Should -Match ([regex]::Escape($PSStyle.Foreground.Magenta) + 'error')
        }
        finally {
            $PSStyle.Formatting.Error = $chosen
        }
    }

    It 'are not there with <Name>' -ForEach @(
        @{ Name = 'NO_COLOR'; Wish = { $env:NO_COLOR = '1' } }
        @{ Name = 'OutputRendering PlainText'; Wish = { $PSStyle.OutputRendering = 'PlainText' } }
    ) {
        . $Wish
        $text = (Show { (Test-ApertureConfig -Content "autenticator: x`n").Diagnostics }) + (Show { (Test-ApertureDrift -Mode Mock -Prune -Gateway "file:$TestDrive/aperture.yaml").Plan })
        $text.Contains($escape) | Should -BeFalse
        $text | Should -Match 'error'
        $text | Should -Match '- old'
    }

    It 'are not there where there is no $PSStyle' {
        [LightningOps.PowerShell.Display.AnsiText]::Plan('+ a', $null) | Should -BeExactly '+ a'
        [LightningOps.PowerShell.Display.AnsiText]::Severity('error', 'Error', $null) | Should -BeExactly 'error'
    }

    It 'come to a session that starts with NO_COLOR as little' {
        $env:NO_COLOR = '1'
        $text = & (Join-Path $PSScriptRoot 'Support/Invoke-Pwsh.ps1') -NoProfile -NonInteractive -Command "Import-Module '$manifest'; Test-ApertureDrift -Mode Mock -Prune -Gateway 'file:$TestDrive/aperture.yaml'" | Out-String
        $text | Should -Match '- old'
        $text.Contains($escape) | Should -BeFalse
    }
}

Describe 'Completion' {
    BeforeAll {
        $store = Join-Path $TestDrive 's.db'
        [void] (Import-LightningPaywall "$vectors/smoke/paywalls.json" -StorePath $store)
        $deployment = (Invoke-LightningCompile -Mode Local -StorePath $store -Record).DeploymentId
    }

    It '<Typed>' -ForEach @(
        @{ Typed = 'Invoke-LightningCompile -Mode '; Offered = 'Mock', 'Local', 'Api', 'Convex' }
        @{ Typed = 'Invoke-L402Smoke -Name '; Offered = 'Compile', 'Staging' }
        @{ Typed = 'Invoke-L402Smoke -Mode '; Offered = 'Mock', 'Local', 'Live' }
        @{ Typed = 'Sync-ApertureConfig -Gateway '; Offered = 'ops', 'file:', 'memory' }
        @{ Typed = 'Test-ApertureDrift -Gateway admin'; Offered = 'admin:https://' }
        @{ Typed = 'Sync-ApertureConfig -Format '; Offered = 'Aperture', 'RouteDocument' }
        @{ Typed = 'Get-LightningPaywall -Mode Mock -PaywallId pw_'; Offered = 'pw_news', 'pw_weather' }
        @{ Typed = 'Get-LightningPaywall -Mode Mock -OwnerId '; Offered = 'owner_news', 'owner_weather' }
        @{ Typed = 'Set-L402OwnerKillSwitch -Mode Mock -OwnerId owner_w'; Offered = 'owner_weather' }
        @{ Typed = 'Start-LightningOpsCredentialRotation -Role '; Offered = 'GatewayInvoice', 'SettlementRead', 'OperatorAdmin' }
        @{ Typed = 'New-L402Plan -Mode Mock -HostName '; Offered = 'openagents.com' }
        @{ Typed = 'New-LightningPaywall -Mode Mock -HostPattern '; Offered = 'openagents.com' }
        @{ Typed = 'Import-L402Settlement -Mode Mock -ExcludeService pw_w'; Offered = 'pw_weather.route_weather' }
        @{ Typed = 'Get-L402GatewayService -Mode Mock -Name pw_w'; Offered = 'pw_weather.route_weather' }
        @{ Typed = 'Get-ApertureTransaction -Mode Mock -ServiceName pw_w'; Offered = 'pw_weather.route_weather' }
        @{ Typed = 'Get-LightningPaywall -Status '; Offered = 'Active', 'Paused', 'Archived' }
    ) {
        $found = Get-Completion $Typed
        foreach ($one in $Offered) {
            $found | Should -Contain $one
        }
    }

    It 'offers the hosts of the store of the session where a command has no -Mode' {
        $before = $env:OA_LIGHTNING_OPS_CONTROL_PLANE_MODE
        try {
            $env:OA_LIGHTNING_OPS_CONTROL_PLANE_MODE = 'mock'
            Get-Completion 'Export-L402Catalog -HostName ' | Should -Contain 'openagents.com'
            Get-Completion 'Measure-L402AccessLog -HostName open' | Should -Contain 'openagents.com'
        }
        finally {
            $env:OA_LIGHTNING_OPS_CONTROL_PLANE_MODE = $before
        }
    }

    It 'offers the deployments of a store' {
        Get-Completion "Get-L402Deployment -Mode Local -StorePath '$store' -DeploymentId " | Should -Contain $deployment
    }

    It '<Cmdlet> -<Parameter> has values to choose from, or a completer' -ForEach $finite {
        $of = (Get-Command $Cmdlet).Parameters[$Parameter]
        $type = if ($of.ParameterType.IsArray) { $of.ParameterType.GetElementType() } else { $of.ParameterType }
        $isFinite = $type.IsEnum -or ($of.Attributes | Where-Object { $_ -is [ValidateSet] -or $_ -is [ArgumentCompleter] })
        [bool] $isFinite | Should -BeTrue
    }

    It 'calls no hosted control plane from the prompt' {
        Get-Completion 'Get-LightningPaywall -Mode Api -PaywallId ' | Should -Not -Contain 'pw_news'
    }
}

Describe 'Members' {
    It 'has satoshis beside millisatoshis and dates beside milliseconds, as the types are' {
        & (Join-Path $PSScriptRoot '../../docs/Update-UnitMembers.ps1') -Module (Split-Path $manifest) -Check | Should -BeNullOrEmpty -Because 'build.ps1 -Task Docs writes what changed'
    }

    It 'reads them' {
        $paywall = Get-LightningPaywall pw_weather -Mode Mock
        $paywall.Policy.FixedAmountMsats | Should -Be 2500
        $paywall.Policy.FixedAmountSats | Should -Be 2.5
        [void] (Import-LightningPaywall "$vectors/smoke/paywalls.json" -StorePath "$TestDrive/m.db")
        $deployment = Invoke-LightningCompile -Mode Local -StorePath "$TestDrive/m.db" -Record | Get-L402Deployment -Mode Local -StorePath "$TestDrive/m.db"
        $deployment.UpdatedAt.ToUnixTimeMilliseconds() | Should -Be $deployment.UpdatedAtMs
        $deployment.AppliedAt | Should -BeNullOrEmpty
    }
}

Describe 'The list after objects of another kind' {
    It 'has the members that matter of every object that a command returns' {
        $views = ([xml] (Get-Content (Join-Path (Split-Path $manifest) 'LightningOps.Format.ps1xml') -Raw)).SelectNodes('//ViewSelectedBy/TypeName').InnerText
        $assemblies = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -in 'LightningOps', 'LightningOps.PowerShell' }
        $types = @((Get-Command -Module LightningOps).OutputType.Name) + $views | Where-Object { $_ -like 'LightningOps.*' -and $_ -notin 'LightningOps.ConfigHash', 'LightningOps.Msats' } | Sort-Object -Unique
        $types.Count | Should -BeGreaterThan 60
        foreach ($name in $types) {
            $members = (Get-TypeData $name).DefaultDisplayPropertySet.ReferencedProperties
            $members.Count | Should -BeIn (2..9) -Because $name
            $type = $assemblies.ForEach({ $_.GetType($name) }) | Select-Object -First 1
            foreach ($member in $members) {
                ($type.GetProperty($member) -or (Get-TypeData $name).Members.ContainsKey($member)) | Should -BeTrue -Because "$name.$member"
                $shown = $type.GetProperty($member).PropertyType
                $shown = if ($shown.IsGenericType) { $shown.GetGenericArguments()[-1] } else { $shown }
                if ($shown.Namespace -like 'LightningOps*' -and -not $shown.IsEnum) {
                    $text = $shown.GetMethod('ToString', [type[]] @())
                    $text.DeclaringType | Should -Be $shown -Because "$name.$member is a text in the list"
                    $text.IsDefined([System.Runtime.CompilerServices.CompilerGeneratedAttribute], $false) | Should -BeFalse -Because "$name.$member would be a dump of its members"
                }
            }
        }
    }

    It 'is such a list, and no dump of a record' {
        $screen = Show { Get-LightningPaywall -Mode Mock; Get-L402SecurityState -Mode Mock; (Invoke-LightningCompile -Mode Mock).Rules[0] }
        $screen | Should -Match 'Global +: off'
        $screen | Should -Match 'ServiceName +: pw_'
        $screen | Should -Not -Match 'StateId'
    }
}

Describe '<Name> asks' -ForEach $cmdlets {
    It 'with -WhatIf and -Confirm when it changes something' {
        $reads = $Verb -in 'Get', 'Test', 'ConvertFrom', 'ConvertTo', 'Find', 'Measure', 'Resolve', 'Watch' -and -not (Get-Command $Name).Parameters.ContainsKey('ProofPath') # which writes a file
        (Get-Command $Name).Parameters.ContainsKey('WhatIf') | Should -Be (-not $reads)
        (Get-Command $Name).Parameters.ContainsKey('Confirm') | Should -Be (-not $reads)
    }
}

Describe 'Warnings' {
    It 'say what to do next: <Name>' -ForEach @(
        @{ Name = 'a check that was not made'; Command = { Sync-ApertureConfig -Mode Mock -Gateway "file:$TestDrive/w.yaml" -Force }; Says = '*check skipped*. Use -ChallengeUrl*' }
        @{ Name = 'switches that are not applied'; Command = { Invoke-LightningCompile "$vectors/smoke/paywalls.json" }; Says = '*are not applied*. Use -Mode*' }
        @{ Name = 'nothing to write'; Command = { @() | Export-L402Artifact "$TestDrive/n" }; Says = '*nothing was written. Pipe*' }
    ) {
        # What listens there makes the gateway healthy.
        $shop = Start-L402TestGateway -PassThru
        Set-Content "$TestDrive/w.yaml" "listenaddr: $(([uri] $shop.Url).Authority)`nservices: []"
        try {
            $warnings = & $Command 3>&1 2>$null | Where-Object { $_ -is [System.Management.Automation.WarningRecord] } | ForEach-Object Message
        }
        finally {
            $shop | Stop-L402TestGateway
        }

        @($warnings -like $Says) | Should -Not -BeNullOrEmpty -Because "$warnings"
    }
}

Describe 'An error of what cannot be reached' {
    It 'names the address that was tried: <Name>' -ForEach @(
        @{ Name = 'a gateway with its admin API'; Command = { Test-ApertureDrift -Mode Mock -Gateway admin:http://127.0.0.1:9 -Macaroon (ConvertTo-SecureString 0201036c6e64 -AsPlainText -Force) -ErrorAction Stop } }
        @{ Name = 'a gateway with ops endpoints'; Command = { Test-ApertureDrift -Mode Mock -Gateway ops:http://127.0.0.1:9 -ErrorAction Stop } }
        @{ Name = 'a control plane'; Command = { Get-LightningPaywall -Mode Api -ErrorAction Stop } }
        @{ Name = 'a wallet'; Command = { Test-L402Payer executor:http://127.0.0.1:9 -ErrorAction Stop } }
        @{ Name = 'a shop'; Command = { Invoke-L402WebRequest http://127.0.0.1:9/x -MaxSpendMsats 1 -ErrorAction Stop } }
        @{ Name = 'a health check'; Command = {
                Set-Content "$TestDrive/down.yaml" 'listenaddr: "127.0.0.1:9"', 'services: []'
                Sync-ApertureConfig -Mode Mock -Gateway "file:$TestDrive/down.yaml" -Force -ErrorAction Stop -WarningAction SilentlyContinue | Out-Null
            }
        }
    ) {
        $kept = $env:OA_LIGHTNING_OPS_API_BASE_URL, $env:OA_LIGHTNING_OPS_SECRET
        $env:OA_LIGHTNING_OPS_API_BASE_URL, $env:OA_LIGHTNING_OPS_SECRET = 'http://127.0.0.1:9', 'test-secret'
        try {
            $Command | Should -Throw '*127.0.0.1:9*'
        }
        finally {
            $env:OA_LIGHTNING_OPS_API_BASE_URL, $env:OA_LIGHTNING_OPS_SECRET = $kept
        }
    }
}

Describe 'Progress' {
    It 'tells how long it will still take' {
        [LightningOps.PowerShell.Display.RemainingTime]::EstimateSeconds(0, 8, [timespan]::FromSeconds(3)) | Should -Be -1
        [LightningOps.PowerShell.Display.RemainingTime]::EstimateSeconds(2, 8, [timespan]::FromSeconds(3)) | Should -Be 9
        [LightningOps.PowerShell.Display.RemainingTime]::EstimateSeconds(8, 8, [timespan]::FromSeconds(3)) | Should -Be 0
    }

    It 'is shown by a roll-out, stage by stage' {
        $shell = [powershell]::Create().AddScript("Import-Module '$manifest'; Sync-ApertureConfig -Mode Mock")
        try {
            [void] $shell.Invoke()
            $records = $shell.Streams.Progress | Where-Object ActivityId -EQ 402
            $records.Count | Should -BeGreaterThan 4
            $records.Where({ $_.PercentComplete -gt 0 -and $_.RecordType -eq 'Processing' }).SecondsRemaining | Should -Not -Contain -1
            $records[-1].RecordType | Should -Be 'Completed'
        }
        finally {
            $shell.Dispose()
        }
    }
}
