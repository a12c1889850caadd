# Starts the shell this session runs in once more, with the arguments given. It is found by $PSHOME: under the .NET tool
# the process is dotnet, which is no shell.

$program = 'pwsh.exe', 'pwsh', 'powershell.exe' | ForEach-Object { Join-Path $PSHOME $_ } | Where-Object { Test-Path $_ -PathType Leaf } | Select-Object -First 1
if ($program) {
    & $program @args
}
else {
    & $(if ($env:DOTNET_HOST_PATH) { $env:DOTNET_HOST_PATH } else { 'dotnet' }) (Join-Path $PSHOME 'pwsh.dll') @args
}
