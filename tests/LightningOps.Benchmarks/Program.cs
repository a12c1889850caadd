using BenchmarkDotNet.Running;
using LightningOps.Benchmarks;

// dotnet run -c Release --project tests/LightningOps.Benchmarks -- --filter '*'
// dotnet run -c Release --project tests/LightningOps.Benchmarks -- settlements 1000000
if (args is [SettlementRun.Verb, .. var arguments])
{
    return await SettlementRun.RunAsync(arguments);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
