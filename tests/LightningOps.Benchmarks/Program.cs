using BenchmarkDotNet.Running;
using LightningOps.Benchmarks;

// dotnet run -c Release --project tests/LightningOps.Benchmarks -- --filter '*'
// dotnet run -c Release --project tests/LightningOps.Benchmarks -- compile 16000
// dotnet run -c Release --project tests/LightningOps.Benchmarks -- compile-hostile
// dotnet run -c Release --project tests/LightningOps.Benchmarks -- settlements 1000000
// dotnet run -c Release --project tests/LightningOps.Benchmarks -- postgres 1000000 100000 10
// dotnet run -c Release --project tests/LightningOps.Benchmarks -- pause 10000
// dotnet run -c Release --project tests/LightningOps.Benchmarks -- team-pause artifacts/module/Release/LightningOps 20
// dotnet run -c Release --project tests/LightningOps.Benchmarks -- pause-admin 2000
// dotnet run -c Release --project tests/LightningOps.Benchmarks -- access-log 1000000 16000 1000
// dotnet run -c Release --project tests/LightningOps.Benchmarks -- cached-path
// dotnet run -c Release --project tests/LightningOps.Benchmarks -- held-requests 1000
switch (args)
{
    case [CompileRun.Verb, .. var arguments]:
        return CompileRun.Run(arguments);
    case [CompileRun.HostileVerb, .. var arguments]:
        return CompileRun.RunHostile(arguments);
    case [SettlementRun.Verb, .. var arguments]:
        return await SettlementRun.RunAsync(arguments);
    case [PostgresRun.Verb, .. var arguments]:
        return await PostgresRun.RunAsync(arguments);
    case [TeamPauseRun.Verb, .. var arguments]:
        return await TeamPauseRun.RunAsync(arguments);
    case [PauseRun.Verb, .. var arguments]:
        return await PauseRun.RunAsync(arguments);
    case [AdminPauseRun.Verb, .. var arguments]:
        return await AdminPauseRun.RunAsync(arguments);
    case [AccessLogRun.Verb, .. var arguments]:
        return AccessLogRun.Run(arguments);
    case [PurchaseRun.CachedPath, .. var arguments]:
        return await PurchaseRun.CompareAsync(arguments);
    case [PurchaseRun.HeldRequests, .. var arguments]:
        return await PurchaseRun.HoldAsync(arguments);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
