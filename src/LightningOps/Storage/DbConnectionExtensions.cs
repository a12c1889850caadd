using System.Data.Common;

namespace LightningOps.Storage;

/// <summary>Opens connections.</summary>
internal static class DbConnectionExtensions
{
    /// <summary>The connection, opened. It is disposed if it cannot be opened.</summary>
    public static T Opened<T>(this T connection)
        where T : DbConnection
    {
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
