using System;
using System.IO;
using System.Threading;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;

namespace LightningOps.TestProcess.Verbs;

/// <summary><c>roll-out-file path artifact step</c>: rolls the artifact out to the file, says the step when it gets there, and waits to be killed.</summary>
internal sealed class RollOutFile : IVerb
{
    public string Name => "roll-out-file";

    public int Run(string[] arguments)
    {
        var artifact = File.ReadAllBytes(arguments[1]);
        using var gateway = new ApertureFileGateway(new ApertureFileGatewayOptions
        {
            Path = arguments[0],
            Step = step =>
            {
                if (step == arguments[2])
                {
                    Console.WriteLine(step);
                    Thread.Sleep(Timeout.Infinite);
                }
            },
        });
        var rollout = new GatewayRollout
        {
            RequestId = "req",
            DeploymentId = "dep_killed",
            ConfigHash = ConfigHash.Compute(artifact),
            Artifact = artifact,
            Rules = [],
        };
        gateway.ApplyAsync(rollout, CancellationToken.None).GetAwaiter().GetResult();
        return 1;
    }
}
