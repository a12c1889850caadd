#requires -PSEdition Core
# Nothing in the repository is out of step with what the module exports.

BeforeDiscovery {
    Import-Module (& (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')) -Force
    $cmdlets = @(Get-Command -Module LightningOps -CommandType Cmdlet | ForEach-Object { @{ Name = $_.Name } })
}

BeforeAll {
    Import-Module (& (Join-Path $PSScriptRoot 'Support/Get-StagedManifest.ps1')) -Force
    $root = (Resolve-Path (Join-Path $PSScriptRoot '../..')).Path
    $readme = Get-Content (Join-Path $root 'README.md') -Raw
    $specs = Get-ChildItem $PSScriptRoot -Filter *.Tests.ps1 | Where-Object Name -NotIn 'Consistency.Tests.ps1' | Get-Content -Raw
    $viewed = Get-ChildItem (Join-Path $root 'module') -Filter *.Format.ps1xml | ForEach-Object { ([xml] (Get-Content $_ -Raw)).SelectNodes('//ViewSelectedBy/TypeName').InnerText }

    # An output without a view of its own, and why.
    $plain = @{
        'System.Boolean'                        = 'the engine shows it'
        'System.String'                         = 'the engine shows it'
        'System.IO.FileInfo'                    = 'the engine shows it'
        'System.Void'                           = 'nothing is given'
        'System.Management.Automation.PSObject' = 'what came is passed on'
    }
    $ids = & {
        $sources = Get-ChildItem (Join-Path $root 'src/LightningOps'), (Join-Path $root 'src/LightningOps.PowerShell') -Filter *.cs -Recurse |
            Where-Object FullName -NotMatch '[\\/](obj|bin)[\\/]'
        foreach ($source in $sources) {
            $text = Get-Content $source -Raw
            $patterns = @(
                if ($text -match ': LightningOpsException\b') { ':\s*base\(\s*"(\w+)"'; '=> new\(\s*"([A-Z]\w+)"'; ':\s*base\(\s*GoneAddress\.GetTag\(\w+, "(\w+)"'; '\? GoneAddress\.Tag : "(\w+)"'; 'const string Code = "(\w+)"' }
                if ($source.Name -eq 'GoneAddress.cs') { 'const string Tag = "(\w+)"' }
                if ($source.Name -eq 'ErrorRecords.cs') { '"(\w+)",\s*ErrorCategory'; '\? "([A-Z]\w+)" : '; '\? "\w+" : "(\w+)"' }
                if ($source.FullName -match '[\\/]LightningOps[\\/]L402[\\/]') { '\("(\w+Error)"' }
                'ErrorRecords\.Create\(\s*"(\w+)"'
            )
            [regex]::Matches($text, '(?ms)class (?:ReconcileFailureCodes|RejectionCodes|CompileObserver)\b.*?^\}').ForEach({ [regex]::Matches($_.Value, 'const string \w+ = "(\w+)"').ForEach({ $_.Groups[1].Value }) })
            foreach ($pattern in $patterns) {
                [regex]::Matches($text, $pattern).ForEach({ $_.Groups[1].Value })
            }
        }
    } | Sort-Object -Unique
}

Describe '<Name>' -ForEach $cmdlets {
    It 'has a help page' {
        Join-Path $root "docs/en-US/$Name.md" | Should -Exist
    }

    It 'has a view for what it gives, or a reason not to' {
        foreach ($type in (Get-Command $Name).OutputType.Name | Where-Object { $_ -and $_ -notin $plain.Keys }) {
            $viewed | Should -Contain $type
        }
    }

    It 'is in the specs' {
        $specs -match "\b$Name\b" | Should -Not -BeNullOrEmpty
    }

    It 'has a row in the README' {
        [regex]::IsMatch($readme, "(?m)^\| .*``$Name``.* \|") | Should -BeTrue
    }

    It 'has its error ids on its page' {
        $command = Get-Command $Name
        $file = Get-ChildItem (Join-Path $root 'src/LightningOps.PowerShell') -Filter "$($command.ImplementingType.Name).cs" -Recurse
        $page = Get-Content (Join-Path $root "docs/en-US/$Name.md") -Raw
        [regex]::Matches((Get-Content $file -Raw), 'ErrorRecords\.Create\(\s*"(\w+)"').ForEach({ [regex]::IsMatch($page, "(?m)^\| $($_.Groups[1].Value) \|") | Should -BeTrue -Because $_.Groups[1].Value })
        if ($command.ImplementingType.BaseType.FullName -match 'ControlPlaneCmdlet|GatewayCmdlet') {
            [regex]::IsMatch($page, '(?m)^\| ConfigError \|') | Should -BeTrue
        }
    }

    It 'names only error ids there are' {
        $page = Get-Content (Join-Path $root "docs/en-US/$Name.md") -Raw
        foreach ($match in [regex]::Matches($page, '(?m)^\| ([A-Za-z]\w+) \| (?!When)')) {
            $ids | Should -Contain $match.Groups[1].Value
        }
    }
}

Describe 'The repository' {
    It 'finds the error ids of the sources' {
        $ids.Count | Should -BeGreaterThan 40
        $ids | Should -Contain 'StoreVersionError'
        $ids | Should -Contain 'GatewayNotReopened'
        $ids | Should -Contain 'GatewayOnlyClosed'
        $ids | Should -Contain 'health_check_failed'
    }

    It 'explains every error id in about_LightningOps_Troubleshooting' {
        $topic = Get-Content (Join-Path $root 'docs/en-US/about_LightningOps_Troubleshooting.md') -Raw
        $ids | Where-Object { $topic -notmatch "(?m)^\| ``$_`` \|" } | Should -BeNullOrEmpty
    }

    It 'has no page for a cmdlet that is gone' {
        $exported = (Get-Module LightningOps).ExportedCmdlets.Keys
        Get-ChildItem (Join-Path $root 'docs/en-US') -Filter '*-*.md' | ForEach-Object { $_.BaseName | Should -BeIn $exported }
    }

    It 'links to files that are there' {
        foreach ($page in Get-ChildItem $root -Filter *.md | Get-Item | ForEach-Object FullName) {
            foreach ($link in [regex]::Matches((Get-Content $page -Raw), '\]\((?!https?:|#)([^)#]+)').ForEach({ $_.Groups[1].Value })) {
                Join-Path (Split-Path $page) $link | Should -Exist
            }
        }
        foreach ($page in Get-ChildItem (Join-Path $root 'docs') -Filter *.md) {
            foreach ($link in [regex]::Matches((Get-Content $page.FullName -Raw), '\]\((?!https?:|#)([^)#]+)').ForEach({ $_.Groups[1].Value })) {
                Join-Path $page.DirectoryName $link | Should -Exist
            }
        }
    }

    It 'has no setting whose default is a host of the recorded smokes, and names them in examples of Mock mode only' {
        $hosts = 'openagents\.com|sats4ai'
        Disconnect-LightningOps
        (Get-LightningOpsContext).Settings | Where-Object Source -EQ 'Default' | ForEach-Object { "$($_.Value)" } | Should -Not -Match $hosts
        $examples = foreach ($page in Get-ChildItem (Join-Path $root 'docs/en-US') -Filter *.md) {
            foreach ($block in [regex]::Matches((Get-Content $page -Raw), '(?ms)^```powershell\n(.*?)^```')) {
                $block.Groups[1].Value -split "`n" | Where-Object { $_ -match "https?://[^ ']*($hosts)" }
            }
        }
        $examples | Should -Not -BeNullOrEmpty
        $examples | Where-Object { $_ -notmatch '-Mode Mock' } | Should -BeNullOrEmpty
    }

    It 'passes PSScriptAnalyzer' -Skip:(-not (Get-Module -ListAvailable PSScriptAnalyzer)) {
        $settings = Join-Path $root 'PSScriptAnalyzerSettings.psd1'
        $found = foreach ($place in 'build.ps1', 'module', 'docs', 'tests') {
            Invoke-ScriptAnalyzer (Join-Path $root $place) -Recurse -Settings $settings | Where-Object ScriptPath -NotMatch '[\\/](bin|obj|node_modules)[\\/]'
        }
        $found | ForEach-Object { "$($_.ScriptName):$($_.Line) $($_.RuleName) $($_.Message)" } | Should -BeNullOrEmpty
    }
}
