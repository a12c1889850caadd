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
    private const long RoomEvery = 16L * 1024 * 1024;

    /// <summary>Writes the body to a file as it arrives. The file has the whole body or its previous content.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="most">Maximum number of bytes; with <see cref="long.MaxValue"/>, 1 GiB of the volume stays free, or a tenth of a smaller one.</param>
    /// <param name="cancellationToken">Stops the call; nothing is left behind.</param>
    /// <returns>Length of the body in bytes; null when it is longer than <paramref name="most"/>, and the file is unchanged.</returns>
    /// <exception cref="L402TransportException">The body broke off; its remedy says what repeating the request costs.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static Task<long?> SaveAsync(L402Response response, string path, long most, CancellationToken cancellationToken) => SaveAsync(response, path, most, null, cancellationToken);

    /// <summary>Like the method with four parameters, with progress.</summary>
    public static Task<long?> SaveAsync(L402Response response, string path, long most, IProgress<long>? progress, CancellationToken cancellationToken) =>
        SaveAsync(response, path, most, progress, FindRoom(path, most), cancellationToken);

    /// <summary>Whether there is room for a file of any length, without the space that stays free.</summary>
    /// <param name="path">The file.</param>
    public static bool HasRoom(string path) => DiskRoom.Find(path) > 0;

    /// <summary>Room for a file; null if the caller sets a limit.</summary>
    internal static Func<long>? FindRoom(string path, long most) => most == long.MaxValue ? () => DiskRoom.Find(path) : null;

    /// <summary>Like the method with five parameters, with the room that is left.</summary>
    internal static async Task<long?> SaveAsync(L402Response response, string path, long most, IProgress<long>? progress, Func<long>? room, CancellationToken cancellationToken)
    {
        if (response.ContentLength > most || response.ContentLength > room?.Invoke())
        {
            await response.LoseAsync().ConfigureAwait(false);
            return null;
        }

        long length = 0;
        try
        {
            await AtomicFile.WriteAsync(path, async file =>
            {
                length = await CopyAsync(response, file, most, progress, cancellationToken, room).ConfigureAwait(false);
                if (length > most || length < 0)
                {
                    throw new AnswerTooLargeException(int.MaxValue);
                }
            }).ConfigureAwait(false);
        }
        catch (AnswerTooLargeException)
        {
            return null;
        }
        catch (Exception)
        {
            // The body arrived, and the file could not be written.
            await response.LoseAsync().ConfigureAwait(false);
            throw;
        }

        await response.CompleteAsync().ConfigureAwait(false);
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
        if (await CopyAsync(response, memory, most, progress, cancellationToken).ConfigureAwait(false) > most)
        {
            return null;
        }

        await response.CompleteAsync().ConfigureAwait(false);
        return memory.ToArray();
    }

    /// <summary>Reads the body part by part into a stream; nothing of it is stored.</summary>
    /// <returns>Length of the body in bytes; null when it is longer than <paramref name="most"/>.</returns>
    /// <exception cref="L402TransportException">The body broke off; its remedy says what repeating the request costs.</exception>
    internal static async Task<long?> ReadAsync(L402Response response, Stream target, long most, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var length = await CopyAsync(response, target, most, progress, cancellationToken).ConfigureAwait(false);
        if (length > most)
        {
            return null;
        }

        await response.CompleteAsync().ConfigureAwait(false);
        return length;
    }

    /// <summary>Length of a body for which there is no room.</summary>
    internal const long NoRoom = -1;

    /// <summary>Copies the body until it ends or is longer than allowed. A body that does not arrive loses a single-use credential.</summary>
    /// <returns>Length of the body; <see cref="NoRoom"/> if the room for it was used up.</returns>
    internal static async Task<long> CopyAsync(L402Response response, Stream target, long most, IProgress<long>? progress, CancellationToken cancellationToken, Func<long>? room = null)
    {
        var isWhole = false;
        try
        {
            var length = await CopyPartsAsync(response, target, most, progress, room, cancellationToken).ConfigureAwait(false);
            isWhole = length <= most && length != NoRoom;
            return length;
        }
        catch (BrokenBodyException broken)
        {
            await response.LoseAsync().ConfigureAwait(false);
            throw new L402TransportException(response.Request, broken.InnerException is DamagedBodyException ? "body_damaged" : "body_truncated", broken.InnerException, response);
        }
        finally
        {
            if (!isWhole)
            {
                await response.LoseAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task<long> CopyPartsAsync(L402Response response, Stream target, long most, IProgress<long>? progress, Func<long>? room, CancellationToken cancellationToken)
    {
        // Streams of older frameworks do not observe the token while they wait.
        using var stopping = cancellationToken.Register(static answer => ((L402Response)answer!).Dispose(), response);
        var part = new byte[PartSize];
        long length = 0;
        var checkedAt = 0L;
        using var body = await response.OpenBodyAsync().ConfigureAwait(false);
        while (length <= most && await ReadAsync(body, part, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            length += read;
            if (room is not null && (checkedAt == 0 || length - checkedAt >= RoomEvery))
            {
                checkedAt = length;
                if (room() < Math.Min(RoomEvery, (response.ContentLength ?? long.MaxValue) - length + read))
                {
                    return NoRoom;
                }
            }

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
