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
    private readonly string address;

    // Length of the whole body; null if the server did not state it.
    private long? total;

    private PartialBody(string path, string address)
    {
        Path = path;
        this.address = address;
    }

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
        if (response.StatusCode is < 200 or >= 300)
        {
            throw new ArgumentException("The answer is an error.", nameof(response));
        }

        var goesOn = Continues(response);
        if (response.StatusCode == 206 && !goesOn)
        {
            await response.LoseAsync().ConfigureAwait(false);
            throw CreateFailure(response, "range_of_another_version");
        }

        if (response.Encoding is { } encoding)
        {
            await response.LoseAsync().ConfigureAwait(false);
            throw CreateFailure(response, "content_encoding:" + encoding);
        }

        if (!goesOn)
        {
            Remove();
            Validator = FindValidator(response);
            total = response.ContentLength;
        }

        var room = ResponseBody.FindRoom(Path, most);
        if (response.ContentLength is { } announced && (Length + announced > most || announced > room?.Invoke()))
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
                if (total is { } whole)
                {
                    json.WriteNumber("total", whole);
                }
            }));
        }

        total ??= goesOn ? ReadRange(response)?.Total : null;
        var arrived = Length;
        try
        {
            using var part = new FileStream(PartPath, goesOn ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.None);
            arrived += await ResponseBody.CopyAsync(response, part, most - Length, new Shifted(progress, Length), cancellationToken, room).ConfigureAwait(false) is >= 0 and var copied ? copied : throw new NoRoomException();
        }
        catch (NoRoomException)
        {
            Remove();
            return null;
        }
        catch (Exception) when (Validator is null)
        {
            Remove();
            throw;
        }

        if (arrived > most)
        {
            Remove();
            return null;
        }

        if (goesOn && arrived != (total ?? arrived))
        {
            if (arrived > total)
            {
                Remove();
            }

            throw CreateFailure(response, "body_truncated");
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
        await response.CompleteAsync().ConfigureAwait(false);
        return arrived;
    }

    /// <summary>
    /// Whether the part that is present cannot be continued with an answer to <see cref="AskForRest"/>: the server has no such part, or
    /// sends the rest of another version. The part must then be removed and the body requested from the start.
    /// </summary>
    public bool MustBeginAnew(L402Response response) => Validator is not null && (response.StatusCode == 416 || (response.StatusCode == 206 && !Continues(response)));

    /// <summary>Deletes the partial body.</summary>
    public void Remove()
    {
        File.Delete(PartPath);
        File.Delete(NotePath);
        Length = 0;
        Validator = null;
        total = null;
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
                total = note.RootElement.TryGetProperty("total", out var whole) && whole.ValueKind == JsonValueKind.Number && whole.TryGetInt64(out var bytes) ? bytes : null;
            }
        }
        catch (Exception unread) when (unread is IOException or JsonException or UnauthorizedAccessException)
        {
            // The download restarts.
            Validator = null;
        }
    }

    // The note is a file: a validator that holds the credential is not written. A single-use credential cannot ask for the rest. The tag of a compressed body identifies other bytes. A weak validator does not identify bytes. A date without an ETag is as strong as the server's clock; RFC 9110 allows
    // it in If-Range.
    private static string? FindValidator(L402Response response) =>
        response.IsEncoded || response.Credential is { IsSingleUse: true } || response.StatusCode is < 200 or >= 300 || Header(response, "Accept-Ranges") == "none" ? null
        : Header(response, "ETag") is { } tag ? (tag.StartsWith("W/", StringComparison.Ordinal) || tag.Length > MaxValidator || SellerText.Holds(tag, response.Credential) ? null : tag)
        : Header(response, "Last-Modified") is { } date && !SellerText.Holds(date, response.Credential) ? date : null;

    // RFC 9110 15.3.7: the version must be the one that is present, as far as the answer names it. A server that ignores
    // If-Range sends the rest of another version.
    private bool Continues(L402Response response) =>
        response.StatusCode == 206 && !response.IsEncoded && Validator is { } validator
        && ReadRange(response) is { } range && range.Start == Length && range.End >= range.Start && (range.Total ?? long.MaxValue) > range.End
        && (total is null || range.Total is null || range.Total == total)
        && (validator.StartsWith("\"", StringComparison.Ordinal) ? Header(response, "ETag") == validator : (Header(response, "Last-Modified") ?? validator) == validator);

    private static (long Start, long End, long? Total)? ReadRange(L402Response response)
    {
        if (Header(response, "Content-Range") is not { } text || !text.StartsWith("bytes ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var parts = text.Substring("bytes ".Length).Split('-', '/');
        return parts.Length == 3 && ReadNumber(parts[0]) is { } start && ReadNumber(parts[1]) is { } end
            ? parts[2] == "*" ? (start, end, null) : ReadNumber(parts[2]) is { } whole ? (start, end, whole) : null
            : null;
    }

    private static long? ReadNumber(string digits) => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static L402TransportException CreateFailure(L402Response response, string reason) =>
        new(response.Credential is { } paid ? "the answer of " + paid.For : "the answer", reason, null, response);

    private static string? Header(L402Response response, string name) => response.Headers.TryGetValue(name, out var values) && values.Count == 1 ? values[0] : null;

    private sealed class NoRoomException : Exception;

    private sealed class Shifted(IProgress<long>? progress, long by) : IProgress<long>
    {
        public void Report(long value) => progress?.Report(by + value);
    }
}
