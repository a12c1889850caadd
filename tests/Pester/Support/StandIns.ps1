# The services examples and runbooks talk to, on loopback: a hosted control plane with an ops gateway (Site) and
# Aperture's admin API (Admin), a shop that sells (Shop), what listens for an Aperture with a file (Aperture) and an upstream that tells what it was asked (Upstream), in a process of
# their own that ends with its standard input.

function Start-StandIn {
    param([Parameter(Mandatory)] [string] $Folder)

    $program = Get-ChildItem (Join-Path $PSScriptRoot '../../LightningOps.StandIns/bin') -Filter LightningOps.StandIns.dll -Recurse |
        Sort-Object LastWriteTime -Descending | Select-Object -First 1
    if (-not $program) {
        throw 'Build the solution first: tests/LightningOps.StandIns has no output.'
    }

    $start = [System.Diagnostics.ProcessStartInfo]::new('dotnet')
    $start.ArgumentList.Add($program.FullName)
    $start.ArgumentList.Add($Folder)
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $process = [System.Diagnostics.Process]::Start($start)
    $places = $process.StandardOutput.ReadLine() | ConvertFrom-Json
    [pscustomobject] @{ Site = $places.site; Admin = $places.admin; Shop = $places.shop; Aperture = $places.aperture; Upstream = "$($places.upstream)".TrimEnd('/'); Folder = $Folder; Process = $process }
}

function Stop-StandIn {
    param([Parameter(Mandatory)] $StandIn)

    $StandIn.Process.StandardInput.Close()
    $StandIn.Process.WaitForExit()
    $StandIn.Process.Dispose()
}
