# The store of a team in PostgreSQL, from the prompt.

BeforeDiscovery {
    $initdb = @(Get-Command initdb -CommandType Application -ErrorAction Ignore) + @(Get-Item /usr/lib/postgresql/*/bin/initdb -ErrorAction Ignore) | Select-Object -First 1
    $hasServer = [bool]$initdb -and -not $IsWindows
}

BeforeAll {
    Import-Module (& (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')) -Force
    Remove-Item Env:OA_LIGHTNING_OPS_* -ErrorAction Ignore
}

Describe 'The address of a team''s store' {
    AfterEach { Disconnect-LightningOps }

    It 'with a password in it is refused, and the password not shown' -ForEach 'Host=db.example.com;Database=l;Password=hunter2', 'postgresql://ops:hunter2@db.example.com/l' {
        $failure = { Connect-LightningOps -Mode Postgres -Postgres $_ } | Should -Throw -ErrorId 'ConfigError,*' -PassThru
        "$failure $($failure.Exception) $($failure.ErrorDetails)" | Should -Not -Match 'hunter2'
    }

    It 'that does not verify the server is refused' {
        { Connect-LightningOps -Mode Postgres -Postgres 'Host=db.example.com;Database=l;SSL Mode=Prefer' } | Should -Throw -ErrorId 'ConfigError,*'
    }

    It 'is asked for by name where it is missing' {
        { Get-LightningPaywall -Mode Postgres } | Should -Throw -ErrorId 'ConfigError,*' -ExpectedMessage '*OA_LIGHTNING_OPS_POSTGRES*'
    }

    It 'without a server behind it is an error with a code' -ForEach 'Update-LightningOpsStore', 'Copy-LightningOpsStore -To Local -StorePath "$TestDrive/none.db"', 'Backup-LightningOpsStore "$TestDrive/none.db"' {
        Connect-LightningOps -Mode Postgres -Postgres 'Host=127.0.0.1;Port=1;Database=l;Username=ops'
        { Invoke-Expression $_ } | Should -Throw -ErrorId 'StoreError,*' -ExpectedMessage 'store_unreachable*'
    }
}

Describe 'A team''s store' -Skip:(-not $hasServer) {
    BeforeAll {
        $programs = Split-Path (@(Get-Command initdb -CommandType Application -ErrorAction Ignore | ForEach-Object { (Get-Item $_.Source).ResolvedTarget }) + @(Get-Item /usr/lib/postgresql/*/bin/initdb -ErrorAction Ignore | ForEach-Object FullName) | Select-Object -First 1)
        $folder = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "lightningops-team-$([guid]::NewGuid().ToString('N'))")).FullName
        $password = [guid]::NewGuid().ToString('N')
        Set-Content "$folder/password" $password
        # PostgreSQL does not run as root.
        $as = if ((id -u) -eq 0) { chown -R postgres $folder; 'setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups' } else { @('env') }
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $port = $listener.LocalEndpoint.Port
        $listener.Stop()
        & $as[0] @($as | Select-Object -Skip 1) "$programs/initdb" -D "$folder/data" -U ops --auth=scram-sha-256 "--pwfile=$folder/password" --encoding=UTF8 --locale=C.UTF-8 --no-sync | Out-Null
        & $as[0] @($as | Select-Object -Skip 1) "$programs/pg_ctl" -D "$folder/data" -w -l "$folder/log" -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder" start | Out-Null
        $address = "Host=127.0.0.1;Port=$port;Database=postgres;Username=ops"
    }

    AfterAll {
        & $as[0] @($as | Select-Object -Skip 1) "$programs/pg_ctl" -D "$folder/data" -m immediate -w stop | Out-Null
        Remove-Item $folder -Recurse -Force
    }

    BeforeEach {
        Connect-LightningOps -Mode Postgres -Postgres $address -PostgresPassword (ConvertTo-SecureString $password -AsPlainText -Force)
    }

    AfterEach { Disconnect-LightningOps }

    It 'is created by Update-LightningOpsStore, which shows its statements with -WhatIf' {
        { Get-LightningPaywall } | Should -Throw -ErrorId 'StoreError,*' -ExpectedMessage 'store_not_migrated*'
        $steps = Update-LightningOpsStore -WhatIf
        $steps[0].Sql | Should -Match 'CREATE TABLE lightningops.paywalls'
        { Get-LightningPaywall } | Should -Throw -ErrorId 'StoreError,*'

        (Update-LightningOpsStore).Version | Should -Be $steps.Version
        Update-LightningOpsStore | Should -BeNullOrEmpty
        Get-LightningPaywall | Should -BeNullOrEmpty
    }

    It 'takes the records of a local store, sells, pauses and keeps the journal' {
        New-LightningPaywall -Mode Local -StorePath $TestDrive/local.db -HostPattern shop.example.com -PathPattern /a -UpstreamUrl https://upstream.example.com -PriceMsats 2000 -Name a | Out-Null
        $copy = Copy-LightningOpsStore -To Postgres -StorePath $TestDrive/local.db
        $copy.Records | Should -BeGreaterThan 0
        (Get-LightningPaywall).Name | Should -Be a
        (Invoke-LightningCompile).Valid | Should -BeTrue

        Set-L402GlobalPause -Active -Reason incident -Force | Out-Null
        (Get-L402SecurityState).Global.DenyReason | Should -Be incident
        (Get-LightningOpsJournal)[0].Action | Should -Match 'pause'
        (Test-LightningOpsJournal -WarningAction Ignore).Ok | Should -BeTrue

        $backup = Backup-LightningOpsStore $TestDrive/backup.db
        $backup.Records | Should -BeGreaterThan $copy.Records
        (Get-L402SecurityState -Mode Local -StorePath $TestDrive/backup.db).Global.GlobalPause | Should -BeTrue
        (Copy-LightningOpsStore -To Local -StorePath $TestDrive/back.db).Records | Should -Be $backup.Records
    }

    It 'accepts a token of a script for each connection' {
        Connect-LightningOps -Mode Postgres -Postgres $address -PostgresToken ([scriptblock]::Create("'$password'"))
        (Get-LightningPaywall).Name | Should -Be a
        (Get-LightningOpsContext).Settings.Where{ $_.Name -eq 'PostgresPassword' }.Value | Should -Be set

        Connect-LightningOps -Mode Postgres -Postgres $address -PostgresToken { 'wrong' }
        { Get-LightningPaywall } | Should -Throw -ErrorId 'StoreError,*' -ExpectedMessage 'store_denied*'
        Connect-LightningOps -Mode Postgres -Postgres $address -PostgresToken { throw 'hunter2' }
        $failure = { Get-LightningPaywall } | Should -Throw -ErrorId 'ConfigError,*' -PassThru
        "$failure $($failure.Exception)" | Should -Not -Match 'hunter2'
    }
}
