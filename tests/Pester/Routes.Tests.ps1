BeforeAll {
    Import-Module (& (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')) -Force
    $url = 'https://openagents.com/api/weather/premium'
    $served = Join-Path $TestDrive 'served.yaml'
    [void] (Invoke-LightningCompile -Mode Mock | Export-ApertureConfig $served)
}

Describe 'Resolve-L402Route' {
    It 'names the service that takes a request, and its price' {
        $found = $url, 'https://openagents.com/none' | Resolve-L402Route -Path $served
        $found.Count | Should -Be 2
        $found[0].Service | Should -Be 'pw_weather.route_weather'
        $found[0].PriceSats | Should -Be 3
        $found[1].Service | Should -BeNullOrEmpty
    }
}

Describe 'Measure-L402AccessLog' {
    It 'counts what a cheaper configuration changes' {
        $log = Join-Path $TestDrive 'access.log'
        Set-Content $log 'openagents.com:443 203.0.113.7 - - [30/Nov/2026:12:00:00 +0000] "GET /api/weather/premium HTTP/1.1" 402 312 "-" "curl"'
        $planned = Join-Path $TestDrive 'planned.yaml'
        (Get-Content $served -Raw) -replace 'price: 3', 'price: 1' | Set-Content $planned
        $measured = Measure-L402AccessLog $log -ServedPath $served -PlannedPath $planned
        $measured.Requests | Should -Be 1
        $measured.Cheaper | Should -Be 1
        $measured.ServedSatsIfBoughtAnew | Should -Be 3
        $measured.PlannedSatsIfBoughtAnew | Should -Be 1
    }
}

Describe 'Export-L402Catalog' {
    It 'lists what is sold, without upstreams and owners' {
        $file = Join-Path $TestDrive 'openapi.json'
        [void] (Invoke-LightningCompile -Mode Mock | Export-L402Catalog $file -HostName openagents.com)
        $text = Get-Content $file -Raw
        ($text | ConvertFrom-Json).paths.'/api/weather/premium' | Should -Not -BeNullOrEmpty
        $text | Should -Not -Match 'owner_|upstream'
    }
}
