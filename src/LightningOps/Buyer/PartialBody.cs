using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Json;
using LightningOps.L402;

namespace LightningOps.Buyer;

/// <summary>
/// The beginning of a body that broke off, beside its target file: <c>.part</c>, and <c>.part.json</c> with the
/// server's validator of that version. The rest is requested with Range and If-Range (RFC 9110 13.1.5, 14.2).
/// </summary>
public sealed class PartialBody
{
    private const int MaxValidator = 1024;

    private PartialBody(string path, string address)
    {
        Path = path;
        this.address = address;
    }

    private readonly string address;

    /// <summary>The target file of the body.</summary>
    public string Path { get; }

    /// <summary>Number of bytes present.</summary>
    public long Length { get; private set; }

    /// <summary>The server's validator of that version; null if the download cannot continue.</summary>
    public string? Validator { get; private set; }

    private string PartPath => Path + ".part";

    private string NotePath => Path + ".part.json";

    /// <summary>The partial body of a file.</summary>
    /// <param name="path">The target file.</param>
    /// <param name="uri">The source.</param>
    public static PartialBody Find(string path, Uri uri)
    {
        // A digest, because a query may hold a secret.
        using var sha = SHA256.Create();
        var partial = new PartialBody(path, HexText.From(sha.ComputeHash(Encoding.UTF8.GetBytes(uri.AbsoluteUri))));
        partial.Read();
        return partial;
    }

    /// <summary>The request for the rest; the same request if there is nothing yet.</summary>
    public L402Request AskForRest(L402Request request) => request with { IsIdentityOnly = true, ResumeFrom = Validator is null ? null : Length, ResumeValidator = Validator };

    /// <summary>
    /// Appends the body of the answer to the file, or replaces the file with it; the file has the whole body or is unchanged.
    /// A part of a body that breaks off is kept if the server can be asked for the rest.
    /// </summary>
    /// <param name="response">The answer to <see cref="AskForRest"/>.</param>
    /// <param name="most">Maximum number of bytes.</param>
    /// <param name="progress">Called with the number of bytes received; null for no call.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <returns>Length of the body, bytes; null when it is longer than <paramref name="most"/>.</returns>
    /// <exception cref="L402TransportException">The body broke off; its remedy says what repeating the request costs.</exception>
    public async Task<long?> SaveAsync(L402Response response, long most, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var goesOn = response.StatusCode == 206 && Validator is not null && StartsAt(response, Length);
        if (!goesOn)
        {
            Remove();
            Length = 0;
            Validator = FindValidator(response);
        }

        if (response.ContentLength is { } announced && Length + announced > most)
        {
            Remove();
            await response.LoseAsync().ConfigureAwait(false);
            return null;
        }

        if (!goesOn && Validator is { } validator)
        {
            File.WriteAllBytes(NotePath, JsonBytes.WriteObject(json =>
            {
                json.WriteString("address", address);
                json.WriteString("validator", validator);
            }));
        }

        var total = Length;
        try
        {
            using var part = new FileStream(PartPath, goesOn ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.None);
            total += await ResponseBody.CopyAsync(response, part, most - Length, new Shifted(progress, Length), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (Validator is null)
        {
            Remove();
            throw;
        }

        if (total > most)
        {
            Remove();
            return null;
        }

        if (File.Exists(Path))
        {
            File.Replace(PartPath, Path, null);
        }
        else
        {
            File.Move(PartPath, Path);
        }

        File.Delete(NotePath);
        return total;
    }

    /// <summary>Whether an answer says that the requested part does not exist. The body must then be requested from the start.</summary>
    public static bool IsUnsatisfiable(L402Response response) => response.StatusCode == 416;

    /// <summary>Deletes the partial body.</summary>
    public void Remove()
    {
        File.Delete(PartPath);
        File.Delete(NotePath);
        Length = 0;
        Validator = null;
    }

    private void Read()
    {
        try
        {
            if (!File.Exists(PartPath) || !File.Exists(NotePath))
            {
                return;
            }

            using var note = JsonDocument.Parse(File.ReadAllBytes(NotePath));
            if (note.RootElement.FindText("address") == address && note.RootElement.FindText("validator") is { Length: > 0 and <= MaxValidator } validator && !validator.Any(char.IsControl))
            {
                Length = new FileInfo(PartPath).Length;
                Validator = Length > 0 ? validator : null;
            }
        }
        catch (Exception unread) when (unread is IOException or JsonException or UnauthorizedAccessException)
        {
            // The download restarts.
            Validator = null;
        }
    }

    // A single-use credential cannot ask for the rest. A weak validator does not identify bytes. A date without an ETag is as strong as the server's clock; RFC 9110 allows
    // it in If-Range.
    private static string? FindValidator(L402Response response) =>
        response.Credential is { IsSingleUse: true } || response.StatusCode is < 200 or >= 300 || Header(response, "Accept-Ranges") == "none" ? null
        : Header(response, "ETag") is { } tag ? (tag.StartsWith("W/", StringComparison.Ordinal) || tag.Length > MaxValidator ? null : tag)
        : Header(response, "Last-Modified");

    private static bool StartsAt(L402Response response, long start) =>
        Header(response, "Content-Range")?.StartsWith("bytes " + start.ToString(CultureInfo.InvariantCulture) + "-", StringComparison.OrdinalIgnoreCase) == true;

    private static string? Header(L402Response response, string name) => response.Headers.TryGetValue(name, out var values) && values.Count == 1 ? values[0] : null;

    private sealed class Shifted(IProgress<long>? progress, long by) : IProgress<long>
    {
        public void Report(long value) => progress?.Report(by + value);
    }
}
