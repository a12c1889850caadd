<#
.SYNOPSIS
Updates the pages of docs/en-US for the cmdlets of the built module.
.DESCRIPTION
Rewrites what the cmdlet itself shows (syntax, and how each parameter is bound) and keeps what a person wrote
(synopsis, description, examples, the text of each parameter, inputs, outputs, notes, links). A cmdlet without a
page gets one, and a parameter without a text gets that of its XML documentation comment.
.PARAMETER Module
Folder of the built module.
.PARAMETER Check
Change nothing: return the names of the pages that are out of date.
.EXAMPLE
./docs/Update-HelpPages.ps1
.EXAMPLE
if (./docs/Update-HelpPages.ps1 -Check) { throw 'Run build.ps1 -Task Docs.' }
#>
[CmdletBinding()]
param(
    [string] $Module = (Join-Path $PSScriptRoot '../artifacts/module/Release/LightningOps'),

    [switch] $Check
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3
$pages = Join-Path $PSScriptRoot 'en-US'
$fence = '```'

# The default values of parameters that many cmdlets share, where the class of a cmdlet does not state them.
$sharedDefaults = @{
    Mode                 = 'Connect-LightningOps, else OA_LIGHTNING_OPS_CONTROL_PLANE_MODE, else Api'
    StorePath            = "Connect-LightningOps, else OA_LIGHTNING_OPS_STORE, else the data folder of the user"
    Gateway              = 'ops in Api and Convex mode, memory in Mock mode'
    Format               = 'Aperture'
    ReloadTimeoutSeconds = '30'
    KeepVersions         = '10'
    UpdatedBy            = 'user@machine'
}

# The summaries of the XML documentation file, by member; empty if the compiler has not written the file.
function Read-Comment {
    $file = Get-ChildItem (Join-Path $PSScriptRoot '../src/LightningOps.PowerShell/bin') -Filter LightningOps.PowerShell.xml -Recurse -ErrorAction Ignore |
        Sort-Object LastWriteTime -Descending | Select-Object -First 1
    $comments = @{}
    if ($file) {
        foreach ($member in ([xml] (Get-Content $file -Raw)).SelectNodes('//member')) {
            $comments[$member.name] = $member
        }
    }

    $comments
}

function Format-Comment($node) {
    if ($node) {
        ((($node.InnerXml -replace '<c>(.*?)</c>', '`$1`' -replace '<see cref="\w:(?:[^"]*\.)?([^".]+)"\s*/>', '$1' -replace '<[^>]+>', '') -replace '\s+', ' ').Trim() `
                -replace '&lt;', '<' -replace '&gt;', '>' -replace '&amp;', '&')
    }
}

# The blocks of a page under the headings of a level, in order.
function Split-Section([string[]] $Line, [string] $Mark) {
    $sections = [ordered] @{}
    $name = ''
    $isCode = $false
    foreach ($text in $Line) {
        if ($text.StartsWith($fence)) {
            $isCode = -not $isCode
        }

        if (-not $isCode -and $text.StartsWith("$Mark ")) {
            $name = $text.Substring($Mark.Length + 1).Trim()
            $sections[$name] = [System.Collections.Generic.List[string]]::new()
        }
        elseif ($name) {
            $sections[$name].Add($text)
        }
    }

    $sections
}

function Join-Text([string[]] $Line) {
    ($Line -join "`n").Trim()
}

# The text of a parameter without its yaml blocks.
function Get-Prose([string[]] $Line) {
    (Join-Text $Line) -replace "(?ms)^${fence}yaml.*?^$fence\s*", '' | ForEach-Object Trim
}

function Format-Type([type] $Type) {
    $inner = [Nullable]::GetUnderlyingType($Type)
    $(if ($inner) { $inner.Name } elseif ($Type.FullName -eq 'System.Management.Automation.SwitchParameter') { 'SwitchParameter' } else { $Type.Name })
}

function Format-Pipeline($Parameter) {
    $ways = @(if ($Parameter.ValueFromPipelineByPropertyName) { 'ByPropertyName' }; if ($Parameter.ValueFromPipeline) { 'ByValue' })
    $(if ($ways) { "True ($($ways -join ', '))" } else { 'False' })
}

# The default value of the parameter, if the cmdlet's class states it; otherwise nothing.
function Get-StaticDefault($Command, [string] $Name, [type] $Type) {
    if ($Type -eq [switch]) {
        return 'False'
    }

    $property = $Command.ImplementingType.GetProperty($Name)
    if (-not $property) {
        return
    }

    $value = $property.GetValue([Activator]::CreateInstance($Command.ImplementingType))
    if ($value -is [array]) {
        if ($value.Count) { $value -join ', ' }
    }
    elseif ($null -ne $value -and "$value" -and -not ($value -is [ValueType] -and $value.Equals([Activator]::CreateInstance($value.GetType())))) {
        [string]::Format([cultureinfo]::InvariantCulture, '{0}', $value)
    }
}

function Format-Use($Command, $Uses, [string] $Sets, [string] $Default) {
    $one = $Uses[0]
    $type = $one.ParameterType
    $values = $(
        $element = if ($type.IsArray) { $type.GetElementType() } else { $type }
        $element = if ([Nullable]::GetUnderlyingType($element)) { [Nullable]::GetUnderlyingType($element) } else { $element }
        $set = $one.Attributes | Where-Object { $_ -is [ValidateSet] }
        if ($element.IsEnum) { [enum]::GetNames($element) } elseif ($set) { $set.ValidValues }
    )
    @(
        "${fence}yaml"
        "Type: $(Format-Type $type)"
        "Parameter Sets: $Sets"
        "Aliases: $($one.Aliases -join ', ')".TrimEnd()
        if ($values) { "Accepted values: $($values -join ', ')" }
        ''
        "Required: $($one.IsMandatory)"
        "Position: $(if ($one.Position -lt 0) { 'Named' } else { $one.Position })"
        "Default value: $Default"
        "Accept pipeline input: $(Format-Pipeline $one)"
        "Accept wildcard characters: $([bool] ($one.Attributes | Where-Object { $_ -is [System.Management.Automation.SupportsWildcardsAttribute] }))"
        $fence
    ) -join "`n"
}

function Format-Parameter($Command, [string] $Name, [string] $Prose, [string] $OldDefault) {
    $uses = @($Command.ParameterSets | ForEach-Object { $set = $_; $_.Parameters | Where-Object Name -EQ $Name | ForEach-Object { [pscustomobject] @{ Set = $set.Name; Use = $_ } } })
    $default = Get-StaticDefault $Command $Name $uses[0].Use.ParameterType
    if ($Name -eq 'UpdatedBy') {
        $default = $sharedDefaults[$Name]
    }

    if (-not $default) {
        $default = if ($OldDefault -and $OldDefault -ne 'None') { $OldDefault } elseif ($sharedDefaults[$Name] -and $Command.Name -ne 'Connect-LightningOps') { $sharedDefaults[$Name] } else { 'None' }
    }

    $groups = @($uses | Group-Object { '{0}|{1}|{2}' -f $_.Use.IsMandatory, $_.Use.Position, (Format-Pipeline $_.Use) })
    $blocks = foreach ($group in $groups) {
        $isInAll = $groups.Count -eq 1 -and $uses.Count -eq $Command.ParameterSets.Count
        Format-Use $Command @($group.Group.Use) $(if ($isInAll) { '(All)' } else { $group.Group.Set -join ', ' }) $default
    }

    "### -$Name`n`n$Prose`n`n$($blocks -join "`n`n")"
}

function Format-Syntax($Command) {
    $isOne = $Command.ParameterSets.Count -eq 1
    $sets = foreach ($set in $Command.ParameterSets) {
        $line = "$($Command.Name)"
        $text = foreach ($part in "$set" -split '\s+(?=\[|-)') {
            if ($line.Length + 1 + $part.Length -gt 100) {
                $line
                $line = "   $part"
            }
            else {
                $line += " $part"
            }
        }

        $body = "$fence`n$(@(@($text) + $line | Where-Object { $_ }) -join "`n")`n$fence"
        if ($isOne) { $body } else { "### $($set.Name)$(if ($set.IsDefault) { ' (Default)' })`n`n$body" }
    }

    $sets -join "`n`n"
}

# The start of a page, from the comments in the source.
function New-Section($Command, [string] $Name, $Comments) {
    $comment = $Comments["T:$($Command.ImplementingType.FullName)"]
    $summary = Format-Comment $comment.SelectSingleNode('summary')
    switch ($Name) {
        'SYNOPSIS' { ($summary -split '(?<=[.:;]) ', 2)[0] -replace '[:;]$', '.' }
        'DESCRIPTION' { @($summary; Format-Comment $comment.SelectSingleNode('remarks')) -ne '' -join "`n`n" }
        'EXAMPLES' {
            $number = 0
            @(foreach ($example in $comment.SelectNodes('example')) {
                $number++
                $about = Format-Comment $example.SelectSingleNode('para')
                "### Example ${number}: $($about.TrimEnd('.'))`n`n${fence}powershell`n$($example.SelectSingleNode('code').InnerText)`n$fence`n`n$about"
            }) -join "`n`n"
        }
        'INPUTS' { '### None' }
        'OUTPUTS' { @($Command.OutputType | ForEach-Object { "### $($_.Name)" }) -join "`n`n" }
        default { '' }
    }
}

function Update-Page($Command, $Comments) {
    $file = Join-Path $pages "$($Command.Name).md"
    $lines = if (Test-Path $file) { [IO.File]::ReadAllLines($file) } else { @() }
    $sections = Split-Section $lines '##'
    $old = if ($sections.Contains('PARAMETERS')) { Split-Section $sections['PARAMETERS'] '###' } else { [ordered] @{} }

    $names = $Command.Parameters.Keys | Where-Object { $_ -notin [System.Management.Automation.Cmdlet]::CommonParameters } | Sort-Object { $_ -in 'WhatIf', 'Confirm' }, { $_ }
    $parameters = foreach ($name in $names) {
        $prose = if ($old.Contains("-$name")) { Get-Prose $old["-$name"] }
        $default = if ($old.Contains("-$name")) { [regex]::Match(($old["-$name"] -join "`n"), '(?m)^Default value: (.*)$').Groups[1].Value }
        if (-not $prose) {
            $property = $Command.ImplementingType.GetProperty($name)
            $prose = switch ($name) {
                'WhatIf' { 'Shows what would change without changing anything.' }
                'Confirm' { 'Prompts for confirmation before each change.' }
                default { Format-Comment $Comments["P:$($property.DeclaringType.FullName).$name"].SelectSingleNode('summary') }
            }
        }

        Format-Parameter $Command $name $prose $default
    }

    $common = '### CommonParameters' + "`n`n" + 'This cmdlet supports the common parameters: -Debug, -ErrorAction, -ErrorVariable, -InformationAction, -InformationVariable, -OutVariable, -OutBuffer, -PipelineVariable, -ProgressAction, -Verbose, -WarningAction, and -WarningVariable. For more, see [about_CommonParameters](https://go.microsoft.com/fwlink/?LinkID=113216).'
    $body = foreach ($name in 'SYNOPSIS', 'SYNTAX', 'DESCRIPTION', 'EXAMPLES', 'PARAMETERS', 'INPUTS', 'OUTPUTS', 'NOTES', 'RELATED LINKS') {
        $text = switch ($name) {
            'SYNTAX' { Format-Syntax $Command }
            'PARAMETERS' { @($parameters) + $common -join "`n`n" }
            default { if ($sections.Contains($name)) { Join-Text $sections[$name] } else { New-Section $Command $name $Comments } }
        }

        "## $name`n`n$text".TrimEnd()
    }

    $head = "---`nexternal help file: LightningOps.PowerShell.dll-Help.xml`nModule Name: LightningOps`nonline version:`nschema: 2.0.0`n---`n`n# $($Command.Name)"
    $page = (@($head) + $body -join "`n`n") + "`n"
    if (-not (Test-Path $file) -or [IO.File]::ReadAllText($file) -cne $page) {
        $Command.Name
        if (-not $Check) {
            [IO.File]::WriteAllText($file, $page)
        }
    }
}

Import-Module (Join-Path $Module 'LightningOps.psd1')
$comments = Read-Comment
foreach ($command in Get-Command -Module LightningOps -CommandType Cmdlet) {
    Update-Page $command $comments
}
