#requires -PSEdition Core
# -Since and -Until: the same in every command whose list has times.

BeforeDiscovery {
    Import-Module (& (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')) -Force
    $timed = @(Get-Command -Module LightningOps -CommandType Cmdlet | Where-Object { $_.Parameters.ContainsKey('Since') } | ForEach-Object { @{ Name = $_.Name } })
}

BeforeAll {
    Import-Module (& (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')) -Force
    . (Join-Path $PSScriptRoot 'Support/StandIns.ps1')
    $store = @{ Mode = 'Local'; StorePath = Join-Path $TestDrive 's.db' }
    $purchases = @{ CredentialStorePath = Join-Path $TestDrive 'c.db' }
    [void] (Import-LightningPaywall (Join-Path $PSScriptRoot '../LightningOps.Tests/Vectors/smoke/paywalls.json') -StorePath $store.StorePath)
    $gateway = Invoke-LightningCompile @store | Start-L402TestGateway -Upstream http://127.0.0.1:1 -PassThru
    $before = [DateTimeOffset]::UtcNow
    [void] (Invoke-L402WebRequest "$($gateway.Url)/api/weather/premium" -HostHeader openagents.com -MaxSpendMsats 5000 -Payer simulated @purchases -ErrorAction SilentlyContinue)
}

AfterAll {
    Stop-L402TestGateway -All
}

Describe '<Name>' -ForEach $timed {
    It 'has -Since and -Until as times that read ISO text in every culture' {
        foreach ($parameter in 'Since', 'Until') {
            $of = (Get-Command $Name).Parameters[$parameter]
            if ($Name -eq 'Import-L402Settlement' -and $parameter -eq 'Until') {
                # An import never goes on later than now.
                continue
            }

            $of.ParameterType | Should -Be ([DateTimeOffset])
            $of.Attributes.TypeId.Name | Should -Contain 'DateTransformationAttribute'
        }
    }
}

Describe 'The lists with times' {
    It 'are these' {
        (Get-Command -Module LightningOps -ParameterName Until).Name | Should -Be @(
            'Find-L402Sale', 'Get-ApertureStatistic', 'Get-ApertureToken', 'Get-ApertureTransaction', 'Get-L402Credential', 'Get-L402Deployment', 'Get-L402Invoice', 'Get-L402Purchase',
            'Get-L402Revenue', 'Get-L402Settlement', 'Get-LightningOpsJournal')
    }

    It 'accept <Kind>' -ForEach @(
        @{ Kind = 'a DateTime'; Time = { [DateTime]::Now.AddHours($args[0]) } }
        @{ Kind = 'a DateTime in UTC'; Time = { [DateTime]::UtcNow.AddHours($args[0]) } }
        @{ Kind = 'a DateTimeOffset'; Time = { [DateTimeOffset]::Now.AddHours($args[0]) } }
        @{ Kind = 'ISO text with an offset'; Time = { [DateTimeOffset]::UtcNow.ToOffset('05:30').AddHours($args[0]).ToString('o') } }
        @{ Kind = 'ISO text in UTC'; Time = { [DateTime]::UtcNow.AddHours($args[0]).ToString('o') } }
        @{ Kind = 'ISO text without an offset, which is local time'; Time = { [DateTime]::Now.AddHours($args[0]).ToString('yyyy-MM-ddTHH:mm:ss') } }
        @{ Kind = 'an ISO date'; Time = { [DateTime]::Now.AddDays($args[0]).ToString('yyyy-MM-dd') } }
    ) {
        $earlier = & $Time -1
        $later = & $Time 1
        foreach ($list in { Get-L402Purchase @purchases @args }, { Get-L402Credential @purchases @args }, { Get-LightningOpsJournal @store -Kind Import @args }) {
            $since = @{ Since = $earlier }
            $until = @{ Until = $later }
            @(& $list @since @until).Count | Should -Be 1 -Because "$list"
            $since = @{ Since = $later }
            @(& $list @since).Count | Should -Be 0 -Because "$list"
            $until = @{ Until = $earlier }
            @(& $list @until).Count | Should -Be 0 -Because "$list"
        }
    }

    It 'refuse a span in which nothing can be' {
        foreach ($list in { Get-L402Purchase @purchases @args }, { Get-L402Settlement @store @args }, { Get-L402Revenue @store @args }, { Get-L402Deployment @store @args }, { Find-L402Sale ('a' * 64) @store @args }) {
            $span = @{ Since = '2026-12-02'; Until = '2026-12-01' }
            { & $list @span -ErrorAction Stop } | Should -Throw -ErrorId 'ConfigError,*'
        }
    }

    It 'name the span when a sale is outside it' {
        [void] (Find-L402Sale ('a' * 64) @store -Until 2020-01-01 -ErrorAction SilentlyContinue -ErrorVariable missing)
        $missing[0].FullyQualifiedErrorId | Should -BeLike 'SaleNotFound,*'
        $missing[0].ErrorDetails.RecommendedAction | Should -BeLike '*without -Since and -Until*'
    }
}

Describe 'The limit of a request' {
    It 'counts the fees in every command that has it' {
        foreach ($command in Get-Command -Module LightningOps -ParameterName MaxSpendMsats | Where-Object Name -NE 'Connect-LightningOps') {
            (Get-Help $command.Name -Parameter MaxSpendMsats).description.Text | Should -BeLike '*fees*' -Because $command.Name
        }

        foreach ($limit in 'SpendLimitMsats', 'SmokeSpendLimitMsats', 'HourlyBudgetMsats', 'DailyBudgetMsats') {
            (Get-Help Connect-LightningOps -Parameter $limit).description.Text | Should -BeLike '*fees*' -Because $limit
        }
    }
}
