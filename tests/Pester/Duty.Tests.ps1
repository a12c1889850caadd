#requires -PSEdition Core
# What the person on duty sees: status, metrics, the page, the screen, the watch.

BeforeDiscovery {
    $hasTmux = [bool] (Get-Command tmux -CommandType Application -ErrorAction Ignore)
    $hasSystemd = [bool] (Get-Command systemd-analyze -CommandType Application -ErrorAction Ignore)
    $hasChromium = [bool] (Get-Command chromium -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    $manifest = & (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')
    Import-Module $manifest -Force
    $vectors = Join-Path $PSScriptRoot '../LightningOps.Tests/Vectors'
    $invoke = Join-Path $PSScriptRoot 'Support/Invoke-Pwsh.ps1'
    $store = Join-Path $TestDrive 's.db'
    [void] (Import-LightningPaywall "$vectors/smoke/paywalls.json" -StorePath $store)
    $file = Join-Path $TestDrive 'aperture.yaml'
    Set-Content $file 'listenaddr: "127.0.0.1:0"', 'services: []'
    $local = @{ Mode = 'Local'; StorePath = $store; Gateway = "file:$file" }
}

Describe 'Get-L402Status' {
    It 'tells desired, written and live apart' {
        $before = Get-L402Status @local
        $before.Gateways[0].Drift | Should -Be 'InDrift'
        $before.Gateways[0].Desired | Should -Not -BeNullOrEmpty
        $before.Gateways[0].Live | Should -BeNullOrEmpty
        $before.Ok | Should -BeFalse
        $before | Out-String -Width 200 | Should -Match 'live not known'
    }

    It 'changes nothing and records nothing' {
        $hash = (Get-FileHash $file).Hash
        $deployments = @(Get-L402Deployment -Mode Local -StorePath $store).Count
        [void] (Get-L402Status @local)
        (Get-FileHash $file).Hash | Should -Be $hash
        @(Get-L402Deployment -Mode Local -StorePath $store).Count | Should -Be $deployments
    }

    It 'names what a control plane that is not reached does not tell' {
        $earlier = $env:OA_LIGHTNING_OPS_API_BASE_URL, $env:OA_LIGHTNING_OPS_SECRET
        $env:OA_LIGHTNING_OPS_API_BASE_URL, $env:OA_LIGHTNING_OPS_SECRET = 'http://127.0.0.1:9', 'test-secret'
        try {
            $status = Get-L402Status -Mode Api -Gateway memory
        }
        finally {
            $env:OA_LIGHTNING_OPS_API_BASE_URL, $env:OA_LIGHTNING_OPS_SECRET = $earlier
        }

        foreach ($name in 'memory', 'switches', 'paywalls', 'last roll-out', 'revenue') {
            $status.NotKnown.What | Should -Contain $name
        }
        $status.Switches | Should -BeNullOrEmpty
        $status.Ok | Should -BeFalse
    }
}

Describe 'Get-L402Status in odd states' {
    It 'knows nothing of <State>, and says so' -ForEach @(
        @{ State = 'a store that is not there'; Path = 'none.db'; Content = $null; Code = 'store_not_found' }
        @{ State = 'a store that is something else'; Path = 'text.db'; Content = 'not a database, but long enough to have the size of the header of one. ' * 4; Code = 'store_corrupt' }
        @{ State = 'a store that is a folder'; Path = '.'; Content = $null; Code = 'store_path_invalid' }
    ) {
        $odd = Join-Path $TestDrive $Path
        if ($Content) { Set-Content $odd $Content }
        $status = Get-L402Status -Mode Local -StorePath $odd -Gateway memory
        $status.Ok | Should -BeFalse
        $status.Switches, $status.Paywalls, $status.Revenue | Where-Object { $null -ne $_ } | Should -BeNullOrEmpty
        foreach ($name in 'switches', 'paywalls', 'revenue') {
            "$($status.NotKnown | Where-Object What -EQ $name)" | Should -Match $Code
        }
        $status | Out-String -Width 200 | Should -Match 'GlobalPause\s+: not known'
        if ($Path -eq 'none.db') { $odd | Should -Not -Exist }
    }

    It 'names a gateway that is not reached and knows the others' {
        $status = Get-L402Status -Mode Local -StorePath $store -Gateway 'ops:http://127.0.0.1:9', "file:$file"
        $status.NotKnown.What | Should -Contain 'ops:http://127.0.0.1:9'
        $status.Gateways[0].Failure | Should -Not -BeNullOrEmpty
        $status.Gateways[0].Live | Should -BeNullOrEmpty
        $status.Gateways[1].Desired | Should -Not -BeNullOrEmpty
    }

    It 'knows nothing of a gateway without its macaroon, and knows the others' {
        $status = Get-L402Status -Mode Local -StorePath $store -Gateway admin:https://127.0.0.1:9, "file:$file"
        $status.Ok | Should -BeFalse
        "$($status.NotKnown | Where-Object What -EQ 'admin:https://127.0.0.1:9')" | Should -Match 'MacaroonPath'
        $status.Gateways.Count | Should -Be 1
        $status.Gateways[0].Desired | Should -Not -BeNullOrEmpty
    }

    It 'knows the rest where <State>' -ForEach @(
        @{ State = 'the credential store is something else'; Store = 'text.credentials'; Variable = $null }
        @{ State = 'the credential store is a folder'; Store = '.'; Variable = $null }
        @{ State = 'a budget is no number'; Store = $null; Variable = 'OA_LIGHTNING_OPS_DAILY_BUDGET_MSATS' }
    ) {
        $more = @{}
        if ($Store -and $Store -ne '.') { Set-Content (Join-Path $TestDrive $Store) ('not a database, but long enough to have the size of the header of one. ' * 4) }
        if ($Store) { $more.CredentialStorePath = Join-Path $TestDrive $Store }
        if ($Variable) { Set-Item "Env:$Variable" 'many' }
        try {
            $status = Get-L402Status @local @more
        }
        finally {
            if ($Variable) { Remove-Item "Env:$Variable" }
        }

        $status.Spending | Should -BeNullOrEmpty
        $status.NotKnown.What | Should -Contain 'spending'
        $status.Ok | Should -BeFalse
        $status.Gateways[0].Desired | Should -Not -BeNullOrEmpty
        $status.Paywalls | Should -Not -BeNullOrEmpty
    }

    It 'has no growth of a database that no role reads, and no password' {
        $postgres = Join-Path $TestDrive 'postgres.yaml'
        Set-Content $postgres 'listenaddr: "127.0.0.1:9"', 'dbbackend: postgres', 'postgres: { host: 127.0.0.1, port: 9, user: aperture, password: SECRETSECRET, dbname: d }', 'services: []'
        $status = Get-L402Status -Mode Local -StorePath $store -Gateway "file:$postgres"
        "$($status.NotKnown)" | Should -Match 'OA_LIGHTNING_OPS_APERTURE_DATABASE_ROLE'
        $env:OA_LIGHTNING_OPS_APERTURE_DATABASE_ROLE = 'reader'
        try {
            $status = Get-L402Status -Mode Local -StorePath $store -Gateway "file:$postgres"
        }
        finally {
            Remove-Item Env:OA_LIGHTNING_OPS_APERTURE_DATABASE_ROLE
        }

        "$($status.NotKnown)" | Should -Match 'postgres://127\.0\.0\.1:9/d cannot be read'
        $status.Gateways[0].Growth.Challenges | Should -BeNullOrEmpty
        $status | ConvertTo-Json -Depth 20 | Should -Not -Match 'SECRETSECRET'
    }

    It 'shows the first of many stopped owners and how many more there are' {
        $many = Join-Path $TestDrive 'many.db'
        [void] (Import-LightningPaywall "$vectors/smoke/paywalls.json" -StorePath $many)
        foreach ($i in 1..14) { [void] (Set-L402OwnerKillSwitch "owner_$i" -Active -Mode Local -StorePath $many -Force -WarningAction SilentlyContinue) }
        $status = Get-L402Status -Mode Local -StorePath $many -Gateway memory
        @($status.Switches.OwnerControls | Where-Object KillSwitch).Count | Should -Be 14
        $text = $status | Out-String -Width 4000
        [regex]::Matches($text, 'owner_\d+, set by').Count | Should -Be 12
        $text | Should -Match 'and 2 more'
        Watch-L402Status -Mode Local -StorePath $many -Gateway memory -Count 1 | Out-String | Should -Match 'and 2 more stopped owners'
    }

    It 'says that there is no gateway' {
        { Get-L402Status -Mode Local -StorePath $store -ErrorAction Stop } | Should -Throw -ErrorId 'ConfigError,*'
    }
}

Describe 'Export-L402Metric' {
    It 'replaces the file whole and without owners' {
        $path = Join-Path $TestDrive 'lightningops.prom'
        Get-L402Status @local -IncludeOwner | Export-L402Metric $path
        $text = Get-Content $path -Raw
        $text | Should -Match '(?m)^lightningops_gateway_drift\{gateway="file:.*",state="in_drift"\} 1$'
        $text | Should -Not -Match 'owner='
        @(Get-ChildItem $TestDrive -Filter 'lightningops.prom*').Count | Should -Be 1
    }

    It 'needs a place to write to' {
        { Get-L402Status -Mode Mock | Export-L402Metric -ErrorAction Stop } | Should -Throw -ErrorId 'ConfigError,*'
    }
}

Describe 'The page of a status' {
    BeforeAll {
        [void] (Set-L402OwnerKillSwitch owner_secret -Active -Mode Local -StorePath $store -Force -WarningAction SilentlyContinue)
        Get-L402Status @local -IncludeOwner | Export-L402Artifact "$TestDrive/page"
        Get-L402Status @local -IncludeOwner | Export-L402Artifact "$TestDrive/owners" -IncludeOwner
    }

    AfterAll {
        [void] (Set-L402OwnerKillSwitch owner_secret -Inactive -Mode Local -StorePath $store -Force)
    }

    It 'has no owner id and no address of an upstream unless asked' {
        foreach ($name in 'report.html', 'summary.json', 'events.jsonl') {
            $text = Get-Content "$TestDrive/page/$name" -Raw
            $text | Should -Not -Match 'owner_secret' -Because $name
            $text | Should -Not -Match 'upstream' -Because $name
            $text | Should -Not -Match '\?[a-z]+=' -Because $name
        }

        Get-Content "$TestDrive/owners/report.html" -Raw | Should -Match 'owner_secret'
    }

    It 'fits <Width> pixels in Chromium without a console message' -Skip:(-not $hasChromium) -ForEach @(@{ Width = 390 }, @{ Width = 1400 }) {
        # The page has no script of its own; a copy measures itself.
        $copy = Join-Path $TestDrive "page/measured-$Width.html"
        (Get-Content "$TestDrive/page/report.html" -Raw) -replace '<meta http-equiv="Content-Security-Policy"[^>]*>', '' -replace '</body>', '<script>addEventListener("load", () => { document.title = "width " + document.documentElement.scrollWidth + " of " + innerWidth; });</script></body>' | Set-Content $copy
        $log = Join-Path $TestDrive "chromium-$Width.log"
        # A window cannot be narrower than 500 pixels; a frame of the wanted width can.
        $frame = Join-Path $TestDrive "page/frame-$Width.html"
        Set-Content $frame "<!doctype html><title>frame</title><style>iframe { width: ${Width}px; height: 2000px; border: 0 }</style><iframe src='measured-$Width.html' onload='document.title = this.contentDocument.documentElement.scrollWidth + "" of "" + this.contentWindow.innerWidth'></iframe>"
        $dom = & chromium --headless --no-sandbox --disable-gpu --allow-file-access-from-files --enable-logging=stderr --v=0 "--user-data-dir=$TestDrive/chromium" --window-size=1500,2000 --virtual-time-budget=3000 --dump-dom "file://$frame" 2> $log | Out-String
        $measured = [regex]::Match($dom, '<title>(\d+) of (\d+)</title>')
        $measured.Success | Should -BeTrue -Because $dom
        [int] $measured.Groups[2].Value | Should -Be $Width
        [int] $measured.Groups[1].Value | Should -BeLessOrEqual $Width
        $plain = Join-Path $TestDrive "plain-$Width.log"
        $null = & chromium --headless --no-sandbox --disable-gpu --enable-logging=stderr --v=0 "--user-data-dir=$TestDrive/chromium" "--window-size=$Width,2000" --dump-dom "file://$TestDrive/page/report.html" 2> $plain
        Get-Content $plain | Where-Object { $_ -match 'CONSOLE' } | Should -BeNullOrEmpty
    }
}

Describe 'Watch-L402Status' {
    It 'writes text where there is no terminal' {
        $text = Watch-L402Status -Mode Mock -Count 1 | Out-String
        $text | Should -Match 'GATEWAY STATE\s+DESIRED\s+WRITTEN\s+LIVE'
        $text | Should -Match 'Pause\s+off'
    }

    It 'redraws a terminal of <Columns> columns in place' -Skip:(-not $hasTmux) -ForEach @(@{ Columns = 100 }, @{ Columns = 60 }) {
        # A server of its own: that of the case before may still be ending.
        $socket = Join-Path $TestDrive "tmux-$Columns"
        $script = Join-Path $TestDrive 'watch.ps1'
        Set-Content $script "Import-Module '$manifest'; Watch-L402Status -Mode Mock -IntervalSeconds 1"
        $shell = if (Test-Path (Join-Path $PSHOME 'System.Private.CoreLib.dll')) { "'$(Join-Path $PSHOME 'pwsh')'" } else { "'$(if ($env:DOTNET_HOST_PATH) { $env:DOTNET_HOST_PATH } else { 'dotnet' })' '$(Join-Path $PSHOME 'pwsh.dll')'" }
        $line = "$shell -NoProfile -File '$script'"
        & tmux -S $socket -f /dev/null new-session -d -x $Columns -y 40 $line
        try {
            $screen = ''
            for ($try = 0; $try -lt 300 -and $screen -notmatch 'Ctrl\+C ends it'; $try++) {
                Start-Sleep -Milliseconds 200
                $screen = & tmux -S $socket capture-pane -p 2> $null | Out-String
            }

            $screen | Should -Match 'LightningOps status'
            ([regex]::Matches($screen, 'LightningOps status')).Count | Should -Be 1
            $first = [regex]::Match($screen, '\d\d:\d\d:\d\dZ').Value
            for ($try = 0; $try -lt 100 -and $screen -match [regex]::Escape("status  $([regex]::Match($screen, '\d{4}-\d\d-\d\d').Value) $first"); $try++) {
                Start-Sleep -Milliseconds 200
                $screen = & tmux -S $socket capture-pane -p | Out-String
            }

            [regex]::Match($screen, '\d\d:\d\d:\d\dZ').Value | Should -Not -Be $first
            ([regex]::Matches($screen, 'LightningOps status')).Count | Should -Be 1
        }
        finally {
            & tmux -S $socket kill-server 2> $null
        }
    }
}

Describe 'Watch-L402Status in an odd terminal' {
    BeforeAll {
        # Names with quotes, a line break and letters that take two columns; more gateways than a small terminal has lines for.
        $names = foreach ($i in 1..14) {
            $name = Join-Path $TestDrive "g$i `"q`" 東京⚡$(if (-not $IsWindows) { "`n" })x.yaml"
            Set-Content -LiteralPath $name 'listenaddr: "127.0.0.1:0"', 'services: []'
            $name
        }
        $list = ($names | ForEach-Object { "@{ Kind = 'file'; Path = '$($_ -replace "'", "''")' }" }) -join ', '
        $odd = Join-Path $TestDrive 'odd.ps1'
        # With its mark, so that every shell reads the letters.
        Set-Content -LiteralPath $odd -Encoding utf8BOM "Import-Module '$manifest'; Watch-L402Status -Mode Local -StorePath '$store' -Gateway $list @args"
        $dotnet = if ($env:DOTNET_HOST_PATH) { $env:DOTNET_HOST_PATH } else { 'dotnet' }
        $shell = if (Test-Path (Join-Path $PSHOME 'System.Private.CoreLib.dll')) { "'$(Join-Path $PSHOME 'pwsh')'" } else { "'$dotnet' '$(Join-Path $PSHOME 'pwsh.dll')'" }
    }

    It 'stays in the lines and columns there are, and ends on Ctrl+C' -Skip:(-not $hasTmux) {
        $socket = Join-Path $TestDrive 'tmux-odd'
        & tmux -S $socket -f /dev/null new-session -d -x 60 -y 20 "LC_ALL=C.UTF-8 $shell -NoProfile -File '$odd' -IntervalSeconds 1"
        try {
            $screen = ''
            for ($try = 0; $try -lt 300 -and $screen -notmatch 'Ctrl\+C ends it'; $try++) {
                Start-Sleep -Milliseconds 200
                $screen = & tmux -S $socket capture-pane -p 2> $null | Out-String
            }

            # After the second drawing, the first line is still the first.
            Start-Sleep -Seconds 3
            $lines = @(& tmux -S $socket capture-pane -p)
            $lines[0] | Should -Match '^LightningOps status'
            @($lines -match 'LightningOps status').Count | Should -Be 1
            $lines[-1] | Should -Match '^… \d+ more lines\. Ctrl\+C ends it\.$'
            $lines.Count | Should -Be 20
            $lines[3] | Should -Be 'GATEWAY STATE   DESIRED       WRITTEN       LIVE'
            $lines[4] | Should -Match '^  InDrift       cfg_\w{8}\s+not known\s+not known$'
            & tmux -S $socket send-keys C-c
            for ($try = 0; $try -lt 150 -and (& tmux -S $socket list-sessions 2> $null); $try++) {
                Start-Sleep -Milliseconds 200
            }

            & tmux -S $socket list-sessions 2> $null | Should -BeNullOrEmpty
        }
        finally {
            & tmux -S $socket kill-server 2> $null
        }
    }

    It 'writes plain text to a terminal that cannot be redrawn' -Skip:(-not $hasTmux) {
        $socket = Join-Path $TestDrive 'tmux-dumb'
        $log = Join-Path $TestDrive 'dumb.log'
        & tmux -S $socket -f /dev/null new-session -d -x 100 -y 200 "sleep 600"
        try {
            # What is written is kept byte by byte.
            & tmux -S $socket pipe-pane -o "cat >> '$log'"
            & tmux -S $socket respawn-pane -k "TERM=dumb NO_COLOR=1 $shell -NoProfile -NonInteractive -File '$odd' -IntervalSeconds 1 -Count 2; sleep 600"
            for ($try = 0; $try -lt 300 -and ([regex]::Matches("$(Get-Content $log -Raw -ErrorAction Ignore)", 'Ctrl\+C ends it')).Count -lt 2; $try++) {
                Start-Sleep -Milliseconds 200
            }

            $text = Get-Content $log -Raw
            ([regex]::Matches($text, 'Ctrl\+C ends it')).Count | Should -Be 2
            $text | Should -Match '    and 2 more gateways'
            $text | Should -Not -Match '\x1b\[H|\x1b\[J'
        }
        finally {
            & tmux -S $socket kill-server 2> $null
        }
    }

    It 'writes lines without a control character where its output is redirected' {
        $text = & $invoke -NoProfile -NonInteractive -File $odd -Count 1 | Out-String
        $text | Should -Match 'GATEWAY STATE'
        $text -replace '\x1b\[[0-9;]*m' | Should -Not -Match '[\x00-\x08\x0b\x0c\x0e-\x1f]'
        if (-not $IsWindows) { $text | Should -Match '東京⚡\\nx\.yaml' }
    }
}

Describe 'Sync-ApertureConfig -Watch' {
    It 'ends on SIGTERM in a known state, which the health file has' -Skip:$IsWindows {
        $health = Join-Path $TestDrive 'health.json'
        $script = Join-Path $TestDrive 'sync.ps1'
        Set-Content $script "Import-Module '$manifest'; Sync-ApertureConfig -Mode Mock -Watch -IntervalSeconds 1 -HealthPath '$health' -Force"
        $job = Start-Job -ArgumentList $invoke, $script { param($invoke, $script) & $invoke -NoProfile -NonInteractive -File $script }
        try {
            for ($try = 0; $try -lt 300 -and -not ((Test-Path $health) -and (Get-Content $health -Raw | ConvertFrom-Json).passes -ge 2); $try++) {
                Start-Sleep -Milliseconds 200
            }

            $running = Get-Content $health -Raw | ConvertFrom-Json
            $running.passes | Should -BeGreaterOrEqual 2
            $running.failuresInARow | Should -Be 0
            & kill -TERM $running.processId
            [void] ($job | Wait-Job -Timeout 60)
            $job.State | Should -Be 'Completed'
            $ended = Get-Content $health -Raw | ConvertFrom-Json
            $ended.state | Should -Be 'stopped'
            $ended.lastSuccessAtMs | Should -BeGreaterThan 0
            $metrics = Join-Path $TestDrive 'watch.prom'
            Get-L402Status -Mode Mock -HealthPath $health | Export-L402Metric $metrics
            $text = Get-Content $metrics -Raw
            $text | Should -Match '(?m)^lightningops_watch_running 0$'
            $text | Should -Match "(?m)^lightningops_watch_last_success_timestamp_seconds $([double] $ended.lastSuccessAtMs / 1000)$"
        }
        finally {
            $job | Remove-Job -Force
        }
    }

    It 'refuses what makes no sense in it' {
        { Sync-ApertureConfig -Mode Mock -Watch -RollbackAll -Force -ErrorAction Stop } | Should -Throw -ErrorId 'ConfigError,*'
        { Sync-ApertureConfig -Mode Mock -IntervalSeconds 5 -Force -ErrorAction Stop } | Should -Throw -ErrorId 'ConfigError,*'
    }
}

Describe 'What is deployed' {
    BeforeAll {
        $deploy = Join-Path (Split-Path $manifest) 'deploy'

        # The commands of a text, with their parameters, are those of the module.
        function Test-CommandText([string] $Text) {
            $errors = $null
            $tree = [System.Management.Automation.Language.Parser]::ParseInput($Text, [ref] $null, [ref] $errors)
            $errors | Should -BeNullOrEmpty
            $commands = $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)
            @($commands).Count | Should -BeGreaterThan 1
            foreach ($command in $commands) {
                $known = Get-Command $command.GetCommandName() -ErrorAction Stop
                foreach ($parameter in $command.CommandElements.Where({ $_ -is [System.Management.Automation.Language.CommandParameterAst] })) {
                    $known.Parameters.Keys | Should -Contain $parameter.ParameterName -Because $Text
                }
            }
        }
    }

    It '<_> is accepted by systemd-analyze without a word' -Skip:(-not $hasSystemd) -ForEach 'lightningops-watch.service', 'lightningops-status.service', 'lightningops-status.timer' {
        $units = Join-Path $TestDrive 'units'
        [void] (New-Item $units -ItemType Directory -Force)
        Copy-Item (Join-Path $deploy '*.service'), (Join-Path $deploy '*.timer') $units
        $said = & systemd-analyze verify (Join-Path $units $_) 2>&1
        $LASTEXITCODE | Should -Be 0 -Because "$said"
        $said | Should -BeNullOrEmpty
    }

    It '<_> may write where its store is, though everything else is read-only' -ForEach 'lightningops-watch.service', 'lightningops-status.service' {
        $unit = Get-Content (Join-Path $deploy $_)
        $unit | Should -Contain 'ProtectSystem=strict'
        @($unit -match '^Environment=.*XDG_DATA_HOME=/var/lib( |$)').Count | Should -Be 1
        $unit | Should -Contain 'StateDirectory=lightningops'
    }

    Context 'A service as systemd starts it' -Skip:$IsWindows {
        BeforeAll {
            $bin = (New-Item (Join-Path $TestDrive 'bin') -ItemType Directory -Force).FullName
            $start = if (Test-Path (Join-Path $PSHOME 'System.Private.CoreLib.dll')) { "'$(Join-Path $PSHOME 'pwsh')'" } else { "'$((Get-Command $(if ($env:DOTNET_HOST_PATH) { $env:DOTNET_HOST_PATH } else { 'dotnet' })).Source)' '$(Join-Path $PSHOME 'pwsh.dll')'" }
            Set-Content (Join-Path $bin 'pwsh') '#!/bin/sh', "exec $start `"`$@`""
            & chmod 755 (Join-Path $bin 'pwsh')

            # What systemd hands to the shell: the quoted text, with its escapes and $$ resolved (systemd.service(5), "Command lines").
            function Get-ShellText([string] $Unit) {
                $line = @(Get-Content (Join-Path $deploy $Unit)) -match '^ExecStart='
                $match = [regex]::Match("$line", '^ExecStart=/bin/sh -c "((?:[^"\\]|\\.)*)"$')
                $match.Success | Should -BeTrue
                [regex]::Replace($match.Groups[1].Value, '\\(["''\\])', '$1').Replace('$$', "`0").Replace('$', '').Replace("`0", '$')
            }

            function Get-UnitEnvironment([string] $More) {
                '-i', "PATH=${bin}:/usr/bin:/bin", "HOME=$TestDrive", "PSModulePath=$(Split-Path (Split-Path $manifest))", 'OA_LIGHTNING_OPS_CONTROL_PLANE_MODE=local', "OA_LIGHTNING_OPS_STORE=$store", "LIGHTNINGOPS_GATEWAY=file:$file", 'LIGHTNINGOPS_INTERVAL=1'
            }
        }

        It 'the status writes the metrics' {
            $text = (Get-ShellText 'lightningops-status.service').Replace('/var/lib/prometheus/node-exporter', "$TestDrive").Replace(' -HealthPath /run/lightningops/health.json', '')
            $variables = Get-UnitEnvironment
            Remove-Item (Join-Path $TestDrive 'lightningops.prom') -ErrorAction Ignore
            $said = & env @variables /bin/sh -c $text 2>&1
            $LASTEXITCODE | Should -Be 0 -Because "$said"
            Get-Content (Join-Path $TestDrive 'lightningops.prom') -Raw | Should -Match '(?m)^lightningops_gateway_drift\{gateway="file:.*",state="in_drift"\} 1$'
        }

        It 'the status fails where it cannot be written' {
            $text = (Get-ShellText 'lightningops-status.service').Replace('/var/lib/prometheus/node-exporter', "$TestDrive/none").Replace(' -HealthPath /run/lightningops/health.json', '')
            $variables = Get-UnitEnvironment
            $null = & env @variables /bin/sh -c $text 2>&1
            $LASTEXITCODE | Should -Be 1
        }

        It 'the watch reconciles, is the process that systemd signals, and ends by its SIGTERM' {
            $health = Join-Path $TestDrive 'unit-health.json'
            $text = (Get-ShellText 'lightningops-watch.service').Replace('/run/lightningops/health.json', $health)
            $variables = Get-UnitEnvironment
            $job = Start-Job -ArgumentList $variables, $text { param($variables, $text) $null = & env @variables /bin/sh -c $text 2>&1; $LASTEXITCODE }
            try {
                for ($try = 0; $try -lt 300 -and -not ((Test-Path $health) -and (Get-Content $health -Raw | ConvertFrom-Json).passes -ge 1); $try++) {
                    Start-Sleep -Milliseconds 200
                }

                $running = Get-Content $health -Raw | ConvertFrom-Json
                $running.gateways.gateway | Should -Be "file:$file"
                if ($IsLinux) { Get-Content "/proc/$($running.processId)/cmdline" -Raw | Should -Match 'Sync-ApertureConfig' -Because 'the shell is replaced' }
                & kill -TERM $running.processId
                [void] ($job | Wait-Job -Timeout 60)
                # Of a process that a signal ended, a shell says 128 and its number: systemd takes SIGTERM as a clean end.
                $job | Receive-Job | Should -Be 143
                (Get-Content $health -Raw | ConvertFrom-Json).state | Should -Be 'stopped'
            }
            finally {
                $job | Remove-Job -Force
            }
        }
    }

    It 'the image runs commands there are' {
        $line = @(Get-Content (Join-Path $deploy 'Dockerfile')) -match '^ENTRYPOINT '
        Test-CommandText ("$line".Substring('ENTRYPOINT '.Length) | ConvertFrom-Json)[-1]
    }
}

Describe 'Test-L402Gateway' {
    It 'tells each link, and does not count what was not checked as passed' {
        $result = Test-L402Gateway -Mode Mock
        $result.Links.Link | Should -Be 'Endpoint', 'Node', 'Inbound', 'Price', 'Purchase'
        $result.Ok | Should -BeTrue
        $result.IsComplete | Should -BeFalse
        "$($result.Links[1].Outcome)" | Should -Be 'NotMade'
        Test-L402Gateway -Mode Mock -Quiet | Should -BeTrue
    }

    It 'buys only with a wallet and a limit' {
        { Test-L402Gateway -Mode Mock -MaxSpendMsats 1000 -ErrorAction Stop } | Should -Throw -ErrorId 'ConfigError,*'
        { Test-L402Gateway -Mode Mock -PayeeNode simulated -ErrorAction Stop } | Should -Throw -ErrorId 'ConfigError,*'
    }
}
