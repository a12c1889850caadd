using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.ApertureFile;

namespace LightningOps.Gateway.Databases;

/// <summary>Where a PostgreSQL database is, as an aperture.yaml says, with the password of Aperture.</summary>
internal sealed record PostgresPlace(DatabaseAddress Address, string Password)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => Address.ToString();
}

/// <summary>Copies and restores a PostgreSQL database with its own programs, pg_dump and psql.</summary>
internal static class PostgresTool
{
    private const int MaxError = 500;
    private const string CountOthers = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';";

    /// <summary>A plain dump.</summary>
    /// <exception cref="ApertureDatabaseException">pg_dump is not installed, or failed.</exception>
    public static Task<byte[]> DumpAsync(PostgresPlace place, CancellationToken cancellationToken) =>
        RunAsync("pg_dump", ["--format=plain", "--no-owner", "--no-privileges", "--clean", "--if-exists", "--no-password"], place, null, cancellationToken);

    /// <summary>Replaces the database with a plain dump, completely or not at all.</summary>
    /// <exception cref="ApertureDatabaseException">psql is not installed, or failed; nothing was changed.</exception>
    public static Task RestoreAsync(PostgresPlace place, byte[] dump, CancellationToken cancellationToken) =>
        RunAsync("psql", ["--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", "--no-password", "--output=" + (Files.UnixFile.IsUnix ? "/dev/null" : "NUL")], place, dump, cancellationToken);

    /// <summary>Number of other connections of clients to the database.</summary>
    /// <exception cref="ApertureDatabaseException">psql is not installed, or failed.</exception>
    public static async Task<long> CountOthersAsync(PostgresPlace place, CancellationToken cancellationToken)
    {
        var output = Encoding.UTF8.GetString(await RunAsync("psql", ["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--no-password", "--tuples-only", "--no-align"], place, Encoding.UTF8.GetBytes(CountOthers), cancellationToken).ConfigureAwait(false));
        return long.TryParse(output.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : throw ApertureDatabaseException.ToolFailed(place.ToString(), "does not say how many connections it has.", "Check the version of psql.");
    }

    private static async Task<byte[]> RunAsync(string program, string[] arguments, PostgresPlace place, byte[]? input, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = GetStart(program, arguments, place) };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw ApertureDatabaseException.ToolFailed(place.ToString(), "needs " + program + ", which is not installed here.", "Install the client programs of PostgreSQL, or copy the database where they are.", e);
        }

        using var stop = cancellationToken.Register(() => Kill(process));
        using var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output, 81920, CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync();
        await WriteAsync(process, input).ConfigureAwait(false);
        await reading.ConfigureAwait(false);
        var said = await error.ConfigureAwait(false);
        process.WaitForExit();
        cancellationToken.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? output.ToArray()
            : throw ApertureDatabaseException.ToolFailed(place.ToString(),
                program + " failed: " + string.Join(" ", said.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0)).Replace(place.Password.Length == 0 ? "\0" : place.Password, "***") is var text && text.Length > MaxError ? text.Substring(0, MaxError) : text,
                "Check address, user and password under postgres in the aperture.yaml, and the version of " + program + ".");
    }

    private static async Task WriteAsync(Process process, byte[]? input)
    {
        try
        {
            if (input is not null)
            {
                await process.StandardInput.BaseStream.WriteAsync(input, 0, input.Length, CancellationToken.None).ConfigureAwait(false);
            }

            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program has ended; its exit code tells why.
        }
    }

    private static ProcessStartInfo GetStart(string program, string[] arguments, PostgresPlace place)
    {
        var start = new ProcessStartInfo(program, CommandLine.Format(arguments))
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PGHOST"] = place.Address.Host;
        start.Environment["PGPORT"] = place.Address.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["PGUSER"] = place.Address.User;
        start.Environment["PGPASSWORD"] = place.Password;
        start.Environment["PGDATABASE"] = place.Address.Database;
        start.Environment["PGSSLMODE"] = place.Address.RequiresTls ? "require" : "prefer";
        start.Environment["PGCLIENTENCODING"] = "UTF8";
        return start;
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // The process has exited in the meantime.
        }
    }
}
