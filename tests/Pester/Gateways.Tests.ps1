BeforeAll {
    $manifest = & (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')
    Import-Module $manifest -Force
    $name = 'spec-' + [guid]::NewGuid().ToString('N').Substring(0, 8)
}

AfterAll {
    Unregister-L402Gateway $name -ErrorAction SilentlyContinue
}

Describe 'A registered gateway' {
    BeforeAll {
        Register-L402Gateway $name memory -Network regtest
    }

    It 'is used by its name' {
        (Test-ApertureDrift -Mode Mock -Gateway $name).Gateway | Should -Be 'memory'
        (Get-L402Gateway $name | Test-ApertureDrift -Mode Mock).Gateway | Should -Be 'memory'
    }

    It 'is changed member by member' {
        Set-L402Gateway $name -Network signet
        (Get-L402Gateway $name).Network | Should -Be 'signet'
    }

    It 'is completed' {
        $line = "Sync-ApertureConfig -Gateway $($name.Substring(0, 10))"
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain $name
    }

    It 'is seen by parallel runspaces' {
        $seen = 1..3 | ForEach-Object -Parallel { Import-Module $using:manifest; (Test-ApertureDrift -Mode Mock -Gateway $using:name).Gateway }
        $seen | Should -Be @('memory', 'memory', 'memory')
    }

    It 'is seen by a job' {
        $job = Start-Job { Import-Module $using:manifest; (Test-ApertureDrift -Mode Mock -Gateway $using:name).Gateway }
        $job | Receive-Job -Wait -AutoRemoveJob | Should -Be 'memory'
    }

    It 'is not mistaken for a kind' -ForEach 'ops', 'memory', 'admin:x' {
        { Register-L402Gateway $_ memory } | Should -Throw -ErrorId 'ConfigError,*'
    }

    It 'refuses a command from a file others can write' -Skip:$IsWindows {
        $script = Join-Path $TestDrive 'reload.sh'
        Set-Content $script '#!/bin/sh'
        chmod 0777 $script
        { Set-L402Gateway $name -StopCommand $script } | Should -Throw -ErrorId 'FileNotTrusted,*' -ExpectedMessage "*$script is not run*mode 0777*"
    }

    It 'has its name completed by every command with -Gateway, each of which, as all, has -Context' {
        foreach ($command in Get-Command -Module LightningOps) {
            $command.Parameters.Keys | Should -Contain 'Context' -Because $command.Name
            if ($command.Parameters.ContainsKey('Gateway')) {
                $line = "$($command.Name) -Gateway $name"
                (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain $name -Because $command.Name
            }
        }
    }

    It 'is gone when it is unregistered' {
        Unregister-L402Gateway $name
        { Get-L402Gateway $name -ErrorAction Stop } | Should -Throw -ErrorId 'GatewayNotRegistered,*'
    }
}
