using BenchmarkDotNet.Running;

// dotnet run -c Release --project tests/LightningOps.Benchmarks -- --filter '*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
