using System;

namespace LightningOps.Shell;

internal static class Program
{
    private static int Main(string[] args)
    {
        if (!ShellArguments.TryParse(args, Console.IsInputRedirected, out var arguments, out var complaint))
        {
            Console.Error.WriteLine(complaint);
            Console.Error.WriteLine(ShellArguments.Usage);
            return ExitCodes.Usage;
        }

        using var session = ShellSession.Open();
        return session is null ? ExitCodes.Failure : session.Run(arguments);
    }
}
