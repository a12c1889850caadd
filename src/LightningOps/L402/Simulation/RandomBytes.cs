using System.Security.Cryptography;

namespace LightningOps.L402.Simulation;

/// <summary>The system's randomness.</summary>
internal static class RandomBytes
{
    /// <summary>As many bytes as asked for.</summary>
    public static byte[] OfSystem(int count)
    {
        var bytes = new byte[count];
        using var generator = RandomNumberGenerator.Create();
        generator.GetBytes(bytes);
        return bytes;
    }
}
