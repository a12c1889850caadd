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
        # The names of the account that runs the specs are not the team's.
        $data = $env:XDG_DATA_HOME
        $env:XDG_DATA_HOME = (New-Item -ItemType Directory "$TestDrive/account").FullName
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
        $env:XDG_DATA_HOME = $data
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

    It 'takes the password from the environment or a passfile' {
        Connect-LightningOps -Mode Postgres -Postgres $address
        { Get-LightningPaywall } | Should -Throw -ErrorId 'StoreError,*' -ExpectedMessage 'store_denied*'
        try {
            $env:OA_LIGHTNING_OPS_POSTGRES_PASSWORD = $password
            (Get-LightningPaywall).Name | Should -Be a
            Remove-Item Env:OA_LIGHTNING_OPS_POSTGRES_PASSWORD
            Set-Content "$TestDrive/pgpass" "127.0.0.1:${port}:*:ops:$password"
            chmod 600 "$TestDrive/pgpass"
            $env:PGPASSFILE = "$TestDrive/pgpass"
            (Get-LightningPaywall -WarningVariable none).Name | Should -Be a
            $none | Should -BeNullOrEmpty
            chmod 644 "$TestDrive/pgpass"
            (Get-LightningPaywall -WarningVariable told -WarningAction SilentlyContinue).Name | Should -Be a
            "$told" | Should -BeLike '*pgpass holds a secret, and other accounts have access to it (mode 0644). Run chmod 600 *'
        } finally {
            Remove-Item Env:OA_LIGHTNING_OPS_POSTGRES_PASSWORD, Env:PGPASSFILE -ErrorAction Ignore
        }
    }

    It 'is reached from a local store by the five commands of its page' {
        $page = Get-Content -Raw (Join-Path $PSScriptRoot '../../docs/reference/postgres.md')
        $blocks = [regex]::Matches([regex]::Match($page, '(?s)## From local to PostgreSQL.*?\n## ').Value, '(?s)```\w+\n(.*?)```') | ForEach-Object { , $_.Groups[1].Value.Trim().Split("`n") }
        $blocks.ForEach({ $_ }).Count | Should -Be 5
        $env:PGPASSWORD = $password
        try {
            # createuser asks a terminal for the password; the rest of the page is run as it is written.
            & "$programs/psql" -h 127.0.0.1 -p $port -U ops -q -c "CREATE ROLE lightning LOGIN PASSWORD 'team-secret'" postgres
            & "$programs/createdb" -h 127.0.0.1 -p $port -U ops @($blocks[0][1].Split(' ') | Select-Object -Skip 4)
        } finally {
            Remove-Item Env:PGPASSWORD
        }

        Disconnect-LightningOps
        $env:OA_LIGHTNING_OPS_STORE = "$TestDrive/page.db"
        try {
            New-LightningPaywall -Mode Local -HostPattern shop.example.com -PathPattern /page -UpstreamUrl https://upstream.example.com -PriceMsats 2000 -Name page | Out-Null
            foreach ($line in $blocks[1]) {
                $line.Replace('Host=db.example.com', "Host=127.0.0.1;Port=$port").Replace('(Read-Host -AsSecureString)', "(ConvertTo-SecureString team-secret -AsPlainText -Force)") | Invoke-Expression
            }

            (Get-LightningPaywall).Name | Should -Be page
        } finally {
            Remove-Item Env:OA_LIGHTNING_OPS_STORE
        }
    }

    Context 'on two machines' {
        BeforeAll {
            # A machine is a data folder of its own: the names and secrets of an account are there.
            function Use-Machine([string] $Name) {
                $env:XDG_DATA_HOME = (New-Item -ItemType Directory -Force "$TestDrive/$Name").FullName
            }
        }

        It 'has the gateways that one of them registered, and the commands and secrets of each' {
            Use-Machine a
            $env:OA_LIGHTNING_TEAM = '0201'
            Register-L402Gateway prod admin https://10.0.0.5:8081 -Macaroon env:OA_LIGHTNING_TEAM -CertificateFingerprint ('a' * 64) -StopCommand /bin/true -Network mainnet
            Use-Machine b
            $seen = Get-L402Gateway prod
            $seen.Place | Should -Be 'admin:https://10.0.0.5:8081'
            $seen.Endpoints.Address | Should -Be 'https://10.0.0.5:8081'
            $seen.IsShared | Should -BeTrue
            $seen.StopCommand | Should -BeNullOrEmpty
            $seen.Endpoints[0].Macaroon | Should -BeNullOrEmpty
            { Register-L402Gateway prod ops https://x } | Should -Throw -ErrorId 'ConfigError,*' -ExpectedMessage '*already registered*'

            Set-L402Gateway prod -StopCommand /bin/false
            (Get-L402Gateway prod).StopCommand | Should -Be /bin/false
            Use-Machine a
            (Get-L402Gateway prod).StopCommand | Should -Be /bin/true
        }

        It 'asks again before a secret goes to an address that was changed elsewhere' {
            Use-Machine b
            Set-L402Gateway prod -Endpoint https://10.0.0.6:8081
            Use-Machine a
            $failure = { Get-L402GatewayService -Gateway prod } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'GatewaySecretMoved,*'

            Register-L402Gateway site file "$TestDrive/site.yaml"
            Use-Machine b
            Set-Content "$TestDrive/site.yaml" 'services: []'
            { Sync-ApertureConfig -Gateway site -Confirm:$false } | Should -Throw -ErrorId 'GatewayAddressNotAccepted,*'
            Set-L402Gateway site
            (Get-L402Gateway site).IsAccepted | Should -BeTrue
        }

        It 'forgets a name that the team has removed' {
            Use-Machine a
            Unregister-L402Gateway prod, site
            Use-Machine b
            Get-L402Gateway | Should -BeNullOrEmpty
        }

        It 'takes the names of a local account along with its store' {
            Use-Machine c
            Register-L402Gateway lab memory
            (Get-L402Gateway lab).IsShared | Should -BeTrue
            Use-Machine d
            (Copy-LightningOpsStore -To Local -StorePath "$TestDrive/d.db").Tables.Where{ $_.Name -eq 'registered_gateways' }.Records | Should -Be 1
            Disconnect-LightningOps
            (Get-L402Gateway).Name | Should -Be lab
        }

        It 'buys once where it shares its credentials, and never without the key' {
            Use-Machine a
            $key = "$TestDrive/credential.key"
            Set-Content $key (-join (1..32 | ForEach-Object { '{0:x2}' -f (Get-Random -Maximum 256) }))
            chmod 600 $key
            $gateway = Invoke-LightningCompile -Mode Mock | Start-L402TestGateway -Upstream http://127.0.0.1:1 -PassThru
            $secret = ConvertTo-SecureString $password -AsPlainText -Force
            try {
                Connect-LightningOps -Mode Postgres -Postgres $address -PostgresPassword $secret -CredentialKey "file:$key"
                $shop = @{ Uri = "$($gateway.Url)/api/weather/premium"; HostHeader = 'openagents.com'; MaxSpendMsats = 1000000; Payer = 'simulated'; ErrorAction = 'SilentlyContinue' }
                $first = Invoke-L402WebRequest @shop
                Use-Machine b
                Connect-LightningOps -Mode Postgres -Postgres $address -PostgresPassword $secret -CredentialKey "file:$key"
                $second = Invoke-L402WebRequest @shop
                $second.PurchaseId | Should -Be $first.PurchaseId
                @(Get-L402Credential).Count | Should -Be 1

                $env:OA_LIGHTNING_OTHER_KEY = 'f' * 64
                Connect-LightningOps -Mode Postgres -Postgres $address -PostgresPassword $secret -CredentialKey env:OA_LIGHTNING_OTHER_KEY
                $shop.ErrorAction = 'Stop'
                { Invoke-L402WebRequest @shop } | Should -Throw -ErrorId 'CredentialKeyError,*' -ExpectedMessage 'key_mismatch*'
                @(Get-L402Credential).Count | Should -Be 1
                "$((Get-LightningOpsContext).Settings | Out-String)" | Should -Not -Match 'ffffffff'

                Connect-LightningOps -Mode Postgres -Postgres $address -PostgresPassword $secret
                Get-L402Credential | Should -BeNullOrEmpty
            } finally {
                Remove-Item Env:OA_LIGHTNING_OTHER_KEY, Env:OA_LIGHTNING_TEAM -ErrorAction Ignore
                Stop-L402TestGateway -All
            }
        }

        It 'refuses a key that is not where it is said to be, or that others can read' {
            { Connect-LightningOps -Mode Postgres -Postgres $address -CredentialKey ('f' * 64) } | Should -Throw -ErrorId 'ConfigError,*'
            Set-Content "$TestDrive/open.key" ('e' * 64)
            chmod 644 "$TestDrive/open.key"
            Connect-LightningOps -Mode Postgres -Postgres $address -PostgresPassword (ConvertTo-SecureString $password -AsPlainText -Force) -CredentialKey "file:$TestDrive/open.key"
            { Invoke-L402WebRequest https://127.0.0.1:1/ -MaxSpendMsats 1 -Payer mock } | Should -Throw -ErrorId 'FileNotTrusted,*'
        }
    }
}
