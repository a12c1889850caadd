# Starts the shell this session runs in once more, with the arguments given. It is found by $PSHOME: under the .NET tool
# the process is dotnet, and the program beside pwsh.dll is that of another system or finds no runtime.

if (Test-Path (Join-Path $PSHOME 'System.Private.CoreLib.dll')) {
    & (Join-Path $PSHOME $(if ($IsWindows) { 'pwsh.exe' } else { 'pwsh' })) @args
}
elseif (Test-Path (Join-Path $PSHOME 'pwsh.dll')) {
    & $(if ($env:DOTNET_HOST_PATH) { $env:DOTNET_HOST_PATH } else { 'dotnet' }) (Join-Path $PSHOME 'pwsh.dll') @args
}
else {
    & (Join-Path $PSHOME 'powershell.exe') @args
}
