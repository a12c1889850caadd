#requires -PSEdition Core
# The lines of docs/automation.md for other schedulers: workflow steps as a GitHub runner starts them, cron lines as cron does.

BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ExampleWorld.ps1')
    $manifest = & (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')
    $world = New-ExampleWorld (Join-Path $TestDrive 'world') $manifest
    $shell = Join-Path $PSScriptRoot 'Support/Invoke-Pwsh.ps1'
    $place = (Copy-Item $world.Template (Join-Path $TestDrive 'place') -Recurse -PassThru)[0].FullName
    $env:OA_LIGHTNING_OPS_STORE = Join-Path $place 'store.db'
    $page = (Get-Content (Join-Path $PSScriptRoot '../../docs/automation.md') -Raw).Replace("`r", '')

    # The text of a workflow step: what stands under "run: |", without its indent.
    function Get-Step([string] $Name) {
        $step = [regex]::Match($page, "(?ms)^- name: $Name\n  shell: pwsh\n  run: \|\n((?:    [^\n]*\n)+)")
        $step.Success | Should -BeTrue
        $step.Groups[1].Value -replace '(?m)^    '
    }

    # A runner writes the step into a file between these lines (actions/runner, ScriptHandlerHelpers).
    function Invoke-Step([string] $Step) {
        $file = Join-Path $place 'step.ps1'
        Set-Content $file "`$ErrorActionPreference = 'stop'", $Step, 'if ((Test-Path -LiteralPath variable:\LASTEXITCODE)) { exit $LASTEXITCODE }'
        $env:GITHUB_STEP_SUMMARY = Join-Path $place 'summary.md'
        Set-Content $env:GITHUB_STEP_SUMMARY ''
        Push-Location $place
        try {
            $output = @(& $shell -NoProfile -NonInteractive -Command ". '$file'" 2>&1 | ForEach-Object { "$_" })
        }
        finally {
            Pop-Location
            $summary = Get-Content $env:GITHUB_STEP_SUMMARY -Raw
            Remove-Item Env:GITHUB_STEP_SUMMARY
        }

        [pscustomobject] @{ ExitCode = $LASTEXITCODE; Output = $output; Summary = $summary }
    }

    # Where a shell starts pwsh by its name.
    $bin = (New-Item (Join-Path $TestDrive 'bin') -ItemType Directory).FullName
    if (-not $IsWindows) {
        $start = if (Test-Path (Join-Path $PSHOME 'System.Private.CoreLib.dll')) { "'$(Join-Path $PSHOME 'pwsh')'" } else { "'$((Get-Command $(if ($env:DOTNET_HOST_PATH) { $env:DOTNET_HOST_PATH } else { 'dotnet' })).Source)' '$(Join-Path $PSHOME 'pwsh.dll')'" }
        Set-Content (Join-Path $bin 'pwsh') '#!/bin/sh', "exec $start `"`$@`""
        & chmod 755 (Join-Path $bin 'pwsh')
    }
}

AfterAll {
    Remove-ExampleWorld $world
}

Describe 'The steps of a GitHub workflow' {
    It 'writes the plan into the summary and ends with the code of the drift' {
        $run = Invoke-Step (Get-Step 'Plan')
        $run.ExitCode | Should -Be 1 -Because "$($run.Output)"
        $run.Summary | Should -Match '(?s)```\r?\nops:http.*2 added.*\r?\n```'
        $run.Summary | Should -Not -Match "`e"
    }

    It 'fails where the control plane is not reached, and writes no plan' {
        $run = Invoke-Step (Get-Step 'Plan').Replace('Import-Module LightningOps', "Import-Module LightningOps; `$env:OA_LIGHTNING_OPS_API_BASE_URL = 'http://127.0.0.1:9'")
        $run.ExitCode | Should -Be 1
        "$($run.Output)" | Should -Match 'http://127\.0\.0\.1:9|connection_refused'
        $run.Summary.Trim() | Should -BeNullOrEmpty
    }

    It 'names the line of each finding of a file, each in one line, and fails' {
        Set-Content (Join-Path $place 'aperture.yaml') 'listenaddr: "127.0.0.1:8081"', 'services:', '  - name: a', "    hostregexp: '^('", "    pathregexp: '^/100%/a$'", '    address: 127.0.0.1:9000', '    protocol: http', '    price: 5', '  - name: b', "    hostregexp: '^shop$'", "    pathregexp: '^/100%/a$'", '    address: 127.0.0.1:9000', '    protocol: http', '    auth: sometimes'
        $run = Invoke-Step (Get-Step 'Check the file')
        $run.ExitCode | Should -Be 1 -Because "$($run.Output)"
        $run.Output | Should -Not -BeNullOrEmpty
        $run.Output | Should -Match '^::(error|warning|notice) file=aperture\.yaml,line=\d*::.+'
        @($run.Output -match '^::error file=aperture\.yaml,line=4::').Count | Should -BeGreaterOrEqual 1 -Because ($run.Output -join "`n")
    }

    It 'passes with a file that is valid' {
        Set-Content (Join-Path $place 'aperture.yaml') 'listenaddr: "127.0.0.1:8081"', 'authenticator: { lndhost: localhost:10009, tlspath: tls.cert, macdir: mac, network: regtest }', 'dbbackend: sqlite', 'sqlite: { databasefilename: ./aperture.db }', 'services:', '  - name: a', "    hostregexp: '^shop$'", "    pathregexp: '^/a$'", '    address: 127.0.0.1:9000', '    protocol: http', '    price: 5'
        $run = Invoke-Step (Get-Step 'Check the file')
        $run.ExitCode | Should -Be 0 -Because ($run.Output -join "`n")
        $run.Output | Should -Not -Match '^::error'
    }
}

Describe 'The script of GitLab' -Skip:$IsWindows {
    It 'writes the artifacts and ends with the code of the drift' {
        $line = [regex]::Match($page, '(?m)^  script:\n    - (.*)$').Groups[1].Value
        Set-Content (Join-Path $place 'script.sh') 'set -eo pipefail', $line
        Push-Location $place
        try {
            $output = @(& env "PATH=${bin}:$env:PATH" bash ./script.sh 2>&1 | ForEach-Object { "$_" })
        }
        finally {
            Pop-Location
        }

        $LASTEXITCODE | Should -Be 1 -Because "$output"
        ([xml] (Get-Content (Join-Path $place 'out/drift.xml') -Raw)).testsuites | Should -Not -BeNullOrEmpty
        Join-Path $place 'out/report.html' | Should -Exist
    }
}

Describe 'The lines of a crontab' -Skip:$IsWindows {
    BeforeAll {
        $lines = @([regex]::Match($page, '(?s)## cron\n\n```text\n(.*?)```').Groups[1].Value.Trim() -split "`n")
        Set-Content (Join-Path $place 'gateway.yaml') 'listenaddr: "127.0.0.1:0"', 'services: []'

        # The sixth field is the account. In a command, cron ends the line at a % without a backslash.
        function Invoke-Cron([string] $Line) {
            $command = ($Line -split ' ', 7)[6]
            $command | Should -Not -Match '(?<!\\)%'
            $command = $command.Replace('-Gateway prod', "-Gateway file:$place/gateway.yaml").Replace('/var/lib/prometheus/node-exporter', $place).Replace('/usr/local/share/powershell/Modules/LightningOps', (Split-Path $manifest))
            $module = "PSModulePath=$(Split-Path (Split-Path $manifest))"
            $output = @(& env -i "PATH=${bin}:/usr/bin:/bin" "HOME=$place" $module OA_LIGHTNING_OPS_CONTROL_PLANE_MODE=local "OA_LIGHTNING_OPS_STORE=$place/store.db" SHELL=/bin/sh /bin/sh -c $command 2>&1 | ForEach-Object { "$_" })
            [pscustomobject] @{ ExitCode = $LASTEXITCODE; Output = $output }
        }
    }

    It 'write the metrics' {
        $lines.Count | Should -Be 2
        $run = Invoke-Cron $lines[0]
        $run.ExitCode | Should -Be 0 -Because "$($run.Output)"
        Get-Content (Join-Path $place 'lightningops.prom') -Raw | Should -Match '(?m)^lightningops_gateway_drift\{gateway="file:.*gateway\.yaml",state="in_drift"\} 1$'
    }

    It 'check the drift, with its exit code and one line of JSON' {
        $run = Invoke-Cron $lines[1]
        $run.ExitCode | Should -Be 1 -Because "$($run.Output)"
        ($run.Output[-1] | ConvertFrom-Json).inDrift | Should -BeTrue
    }
}
