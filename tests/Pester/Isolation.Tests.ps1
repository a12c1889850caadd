#requires -PSEdition Core
# Beside modules that bring their own YamlDotNet, Polly, SQLite and System.Text.Json, in either order. Each order in a
# process of its own: what is loaded stays loaded.

BeforeDiscovery {
    $orders = @(
        @{ Name = 'theirs first'; Order = 'Theirs', 'Import', 'Ours' }
        @{ Name = 'theirs between the import and the first command'; Order = 'Import', 'Theirs', 'Ours' }
        @{ Name = 'theirs last'; Order = 'Import', 'Ours', 'Theirs' }
    )
}

BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/StandIns.ps1')
    $standIn = Start-StandIn (Join-Path $TestDrive 'peers')
    $manifest = & (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')
    $others = (Get-ChildItem (Join-Path $PSScriptRoot '../LightningOps.PowerShell.Tests/bin') -Filter OtherModule -Recurse -Directory |
            Sort-Object LastWriteTime -Descending | Select-Object -First 1).FullName
    $snapshot = (Resolve-Path (Join-Path $PSScriptRoot '../LightningOps.Tests/Vectors/smoke/paywalls.json')).Path

    $parts = @{
        Theirs = @'
Get-ChildItem '{others}' -Filter *.dll | ForEach-Object { [void] [Reflection.Assembly]::LoadFrom($_.FullName) }
$told += @(
    'their yaml ' + [YamlDotNet.Serialization.SerializerBuilder]::new().Build().Serialize(@{ a = 1 }).Trim() + ' ' + [YamlDotNet.Serialization.SerializerBuilder].Assembly.GetName().Version.Major
    'their polly ' + [Polly.ResiliencePipelineBuilder]::new().Build().GetType().Name + ' ' + [Polly.ResiliencePipelineBuilder].Assembly.GetName().Version.ToString(1) + ' ' + [Diagnostics.FileVersionInfo]::GetVersionInfo([Polly.ResiliencePipelineBuilder].Assembly.Location).FileVersion
    'their sqlite ' + [Microsoft.Data.Sqlite.SqliteConnectionStringBuilder]::new('Data Source=a').DataSource + ' ' + [Microsoft.Data.Sqlite.SqliteConnectionStringBuilder].Assembly.GetName().Version.Major
    'their raw ' + [SQLitePCL.raw].Assembly.GetName().Version.ToString(3)
    'their json ' + [Reflection.Assembly]::LoadFile('{others}/System.Text.Json.dll').GetType('System.Text.Json.JsonDocument').GetMethod('Parse', [type[]] ([string], [Reflection.Assembly]::LoadFile('{others}/System.Text.Json.dll').GetType('System.Text.Json.JsonDocumentOptions'))).Invoke($null, @('{"a":1}', $null)).RootElement + ' ' + [Reflection.Assembly]::LoadFile('{others}/System.Text.Json.dll').GetName().Version.Major
    'their shared json ' + [System.Text.Json.JsonDocument]::Parse('{"a":2}', [System.Text.Json.JsonDocumentOptions]::new()).RootElement
)
'@
        Import = "Import-Module '{manifest}'"
        Ours   = @'
$found = (Test-ApertureConfig -Content "a: [1, 2]`n").Diagnostics.Code -contains 'unknown_key'
Set-Content '{folder}/aperture.yaml' 'services: []'
Invoke-LightningCompile -Mode Mock | Export-ApertureConfig -BaseConfig '{folder}/aperture.yaml' -Path '{folder}/aperture.yaml' -Confirm:$false
$added = (Import-LightningPaywall '{snapshot}' -StorePath '{folder}/s.db').Added
$json = (Get-LightningPaywall pw_news -Mode Local -StorePath '{folder}/s.db' | Export-Json | ConvertFrom-Json).paywallId
Connect-LightningOps -ApiBaseUrl '{site}' -Secret (ConvertTo-SecureString test-secret -AsPlainText -Force)
$called = @(Get-LightningPaywall -Mode Api).Count
$told += "ours $found $added $json $called"
'@
    }
    $tell = @'
$told
[Runtime.Loader.AssemblyLoadContext]::All.ForEach({ $context = $_.Name; $_.Assemblies.ForEach({ "$context $($_.GetName().Name) $($_.GetName().Version)" }) })
'@
}

AfterAll {
    Stop-StandIn $standIn
}

Describe 'A session with other modules: <Name>' -ForEach $orders -Skip:($PSEdition -ne 'Core') {
    BeforeAll {
        $folder = (New-Item (Join-Path $TestDrive ([guid]::NewGuid())) -ItemType Directory).FullName
        $script = "`$ErrorActionPreference = 'Stop'; `$told = @()`n" + ($Order.ForEach({ $parts[$_] }) -join "`n") + "`n" + $tell
        $script = $script.Replace('{others}', $others).Replace('{manifest}', $manifest).Replace('{snapshot}', $snapshot).Replace('{folder}', $folder).Replace('{site}', $standIn.Site)
        Set-Content (Join-Path $folder 'run.ps1') $script
        $lines = & (Join-Path $PSScriptRoot 'Support/Invoke-Pwsh.ps1') -NoProfile -NonInteractive -File (Join-Path $folder 'run.ps1') 2>&1 | ForEach-Object { "$_" }
    }

    It 'runs the module: YAML, the store, JSON, HTTP with retries' {
        $lines | Should -Contain 'ours True 2 pw_news 2'
    }

    It 'runs theirs, in their versions' {
        $lines | Should -Contain 'their yaml a: 1 13'
        ($lines -like 'their polly *') | Should -Be 'their polly ResiliencePipeline 8 8.5.2.4319'
        $lines | Should -Contain 'their sqlite a 6'
        $lines | Should -Contain 'their raw 2.0.6'
        $lines | Should -Contain 'their json {"a":1} 6' -Because 'it is in a context of its own'
        $lines | Should -Contain 'their shared json {"a":2}' -Because 'PowerShell has its own in the shared context'
    }

    It 'has <Assembly> twice, each in its own context' -ForEach @(
        @{ Assembly = 'YamlDotNet'; Ours = '18.' }
        @{ Assembly = 'Polly.Core'; Ours = '8.' }
        @{ Assembly = 'Microsoft.Data.Sqlite'; Ours = '8.' }
        @{ Assembly = 'SQLitePCLRaw.core'; Ours = '2.1.' }
    ) {
        $contexts = @($lines -like "* $Assembly *")
        $contexts | Should -HaveCount 2
        @($contexts -like 'Default *') | Should -HaveCount 1
        @($contexts -notlike 'Default *') | Should -BeLike " $Assembly $Ours*"
    }
}
