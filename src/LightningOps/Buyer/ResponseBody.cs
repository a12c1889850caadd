using System;
using System.IO;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Files;
using LightningOps.Http;

namespace LightningOps.Buyer;

/// <summary>Reads the body of an answer, completely or not at all.</summary>
public static class ResponseBody
{
    private const int PartSize = 81920;

    /// <summary>Writes the body to a file as it arrives. The file has the whole body or its previous content.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="most">Maximum number of bytes.</param>
    /// <param name="cancellationToken">Stops the call; nothing is left behind.</param>
    /// <returns>Length of the body in bytes; null when it is longer than <paramref name="most"/>, and the file is unchanged.</returns>
    /// <exception cref="L402TransportException">The body broke off; its remedy says what repeating the request costs.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static Task<long?> SaveAsync(L402Response response, string path, long most, CancellationToken cancellationToken) => SaveAsync(response, path, most, null, cancellationToken);

    /// <summary>Like the method with four parameters, with progress.</summary>
    public static async Task<long?> SaveAsync(L402Response response, string path, long most, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        if (response.ContentLength > most)
        {
            await response.LoseAsync().ConfigureAwait(false);
            return null;
        }

        long length = 0;
        try
        {
            await AtomicFile.WriteAsync(path, async file =>
            {
                length = await CopyAsync(response, file, most, progress, cancellationToken).ConfigureAwait(false);
                if (length > most)
                {
                    throw new AnswerTooLargeException(int.MaxValue);
                }
            }).ConfigureAwait(false);
        }
        catch (AnswerTooLargeException)
        {
            return null;
        }

        return length;
    }

    /// <summary>Reads the body into memory.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="most">Maximum number of bytes.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <returns>The body; null when it is longer than <paramref name="most"/>.</returns>
    /// <exception cref="L402TransportException">The body broke off; its remedy says what repeating the request costs.</exception>
    public static Task<byte[]?> ReadAsync(L402Response response, long most, CancellationToken cancellationToken) => ReadAsync(response, most, null, cancellationToken);

    /// <summary>Like the method with three parameters, with progress.</summary>
    public static async Task<byte[]?> ReadAsync(L402Response response, long most, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        if (response.ContentLength > most)
        {
            await response.LoseAsync().ConfigureAwait(false);
            return null;
        }

        using var memory = new MemoryStream();
        return await CopyAsync(response, memory, most, progress, cancellationToken).ConfigureAwait(false) > most ? null : memory.ToArray();
    }

    /// <summary>Copies the body until it ends or is longer than allowed. A body that does not arrive loses a single-use credential.</summary>
    internal static async Task<long> CopyAsync(L402Response response, Stream target, long most, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var isWhole = false;
        try
        {
            var length = await CopyPartsAsync(response, target, most, progress, cancellationToken).ConfigureAwait(false);
            isWhole = length <= most;
            return length;
        }
        catch (BrokenBodyException broken)
        {
            await response.LoseAsync().ConfigureAwait(false);
            throw new L402TransportException(response.Credential is { } paid ? "the answer of " + paid.For : "the answer", "body_truncated", broken.InnerException, response);
        }
        finally
        {
            if (!isWhole)
            {
                await response.LoseAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task<long> CopyPartsAsync(L402Response response, Stream target, long most, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        // Streams of older frameworks do not observe the token while they wait.
        using var stopping = cancellationToken.Register(static answer => ((L402Response)answer!).Dispose(), response);
        var part = new byte[PartSize];
        long length = 0;
        using var body = await response.OpenBodyAsync().ConfigureAwait(false);
        while (length <= most && await ReadAsync(body, part, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            length += read;
            await target.WriteAsync(part, 0, read, cancellationToken).ConfigureAwait(false);
            progress?.Report(length);
        }

        return length;
    }

    private static async Task<int> ReadAsync(Stream body, byte[] part, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(part, 0, part.Length, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is IOException or ObjectDisposedException or HttpRequestException)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new BrokenBodyException(e);
        }
    }

    private sealed class BrokenBodyException(Exception cause) : Exception(cause.Message, cause);
}
