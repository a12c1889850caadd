<#
.SYNOPSIS
Updates module/LightningOps.Units.ps1xml for the types of the built module.
.DESCRIPTION
Beside each amount in millisatoshis (XMsats) a member in satoshis, not rounded (XSats); beside each time in milliseconds
(XAtMs) a DateTimeOffset in UTC (XAt). A type that has such a member, itself or in another types file, keeps its own.
.PARAMETER Module
Folder of the built module.
.PARAMETER Check
Change nothing: report whether the file is out of date.
.EXAMPLE
./docs/Update-UnitMembers.ps1
#>
[CmdletBinding()]
param(
    [string] $Module = (Join-Path $PSScriptRoot '../artifacts/module/Release/LightningOps'),

    [switch] $Check
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3
Import-Module (Join-Path $Module 'LightningOps.psd1')
$file = Join-Path $PSScriptRoot '../module/LightningOps.Units.ps1xml'

$others = Get-ChildItem (Split-Path $file) -Filter *.Types.ps1xml | ForEach-Object {
    foreach ($type in ([xml] (Get-Content $_ -Raw)).Types.Type) {
        $type.SelectNodes('Members/*[Name]/Name') | ForEach-Object { "$($type.Name).$($_.InnerText)" }
    }
}

# A public type that never reaches the pipeline gets its members, too: they do no harm.
function Get-UnitMember([type] $Type) {
    $properties = $Type.GetProperties('Public, Instance')
    foreach ($property in $properties) {
        $value = "`$this.$($property.Name)"
        if ($property.Name -match '^(.*At)Ms$') {
            $name = $Matches[1]
            $body = "if ($value) { [DateTimeOffset]::FromUnixTimeMilliseconds($value) }"
        }
        elseif ($property.Name -match '^(.+)Msats$') {
            $name = $Matches[1] + 'Sats'
            $isAmount = "$($property.PropertyType.FullName)" -match 'LightningOps\.Msats'
            $body = "if (`$null -ne $value) { [decimal] $value$(if ($isAmount) { '.Value' }) / 1000 }"
        }
        else {
            continue
        }

        if ($name -notin $properties.Name -and "$($Type.FullName).$name" -notin $others) {
            "      <ScriptProperty><Name>$name</Name><GetScriptBlock>$([System.Security.SecurityElement]::Escape($body))</GetScriptBlock></ScriptProperty>"
        }
    }
}

$assemblies = (Get-Command Invoke-LightningCompile).OutputType[0].Type.Assembly, (Get-Command Invoke-LightningCompile).ImplementingType.Assembly
$written = (Get-Command -Module LightningOps).OutputType.Type
$types = foreach ($type in $assemblies.GetExportedTypes() | Sort-Object { $_.FullName } -Culture '') {
    # The output of a cmdlet, a record, or a type with required members: data, not a type with behaviour.
    if (-not $type.IsAbstract -and -not $type.IsEnum -and -not $type.IsGenericTypeDefinition -and ($type.GetMethod('<Clone>$') -or $type -in $written -or ($type.CustomAttributes | Where-Object { $_.AttributeType.Name -eq 'RequiredMemberAttribute' }))) {
        $members = @(Get-UnitMember $type)
        if ($members) {
            "  <Type>`n    <Name>$($type.FullName)</Name>`n    <Members>`n$($members -join "`n")`n    </Members>`n  </Type>"
        }
    }
}

$text = "<?xml version=`"1.0`" encoding=`"utf-8`"?>`n<!-- Satoshis beside millisatoshis, dates beside milliseconds. Written by docs/Update-UnitMembers.ps1 (build.ps1 -Task Docs). -->`n<Types>`n$($types -join "`n")`n</Types>`n"
if (-not (Test-Path $file) -or [IO.File]::ReadAllText($file) -cne $text) {
    'LightningOps.Units.ps1xml'
    if (-not $Check) {
        [IO.File]::WriteAllText($file, $text)
    }
}
