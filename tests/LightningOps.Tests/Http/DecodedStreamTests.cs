using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Http;
using Xunit;

namespace LightningOps.Tests.Http;

public sealed class DecodedStreamTests
{
    public enum Coding
    {
        Gzip,
        Zlib,
        Deflate,
    }

    [Theory]
    [InlineData(Coding.Gzip)]
    [InlineData(Coding.Zlib)]
    [InlineData(Coding.Deflate)]
    public async Task A_whole_body_is_decompressed_in_parts_of_any_size(Coding coding)
    {
        foreach (var length in (int[])[0, 1, 511, 512, 513, 8191, 16384, 200_000])
        {
            foreach (var isRandom in (bool[])[true, false])
            {
                var body = Make(length, isRandom);
                var compressed = Compress(body, coding);
                Assert.Equal(body, await DecodeAsync(compressed, coding, part: 7 + (length / 10)));
                Assert.Equal(body, await DecodeAsync(compressed, coding, part: 81920));
            }
        }
    }

    [Theory]
    [InlineData(Coding.Gzip)]
    [InlineData(Coding.Zlib)]
    [InlineData(Coding.Deflate)]
    public async Task A_body_that_is_cut_anywhere_is_an_error(Coding coding)
    {
        foreach (var body in (byte[][])[Make(2000, isRandom: true), Make(2000, isRandom: false), "a"u8.ToArray()])
        {
            var compressed = Compress(body, coding);
            for (var length = 1; length < compressed.Length; length++)
            {
                await Assert.ThrowsAnyAsync<IOException>(() => DecodeAsync(compressed[..length], coding));
            }
        }
    }

    [Fact]
    public async Task A_body_of_gzip_with_a_changed_bit_is_never_another_body()
    {
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 90).Select(number => number + " of the goods, ")));
        var compressed = Compress(body, Coding.Gzip);
        for (var bit = 0; bit < compressed.Length * 8; bit++)
        {
            var changed = compressed.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                // Some bits of the header have no meaning for the content.
                Assert.Equal(body, await DecodeAsync(changed, Coding.Gzip));
            }
            catch (IOException)
            {
            }
        }
    }

    [Theory]
    [InlineData(Coding.Gzip)]
    [InlineData(Coding.Zlib)]
    public async Task A_wrong_checksum_is_an_error(Coding coding)
    {
        var compressed = Compress(Make(2000, isRandom: true), coding);
        compressed[^1] ^= 1;

        await Assert.ThrowsAsync<DamagedBodyException>(() => DecodeAsync(compressed, coding));
    }

    [Fact]
    public async Task Gzip_of_several_members_with_names_and_padding_is_one_body()
    {
        var first = Compress("one "u8.ToArray(), Coding.Gzip);
        byte[] named = [.. first[..3], 4 + 8 + 16 + 2, .. first[4..10], 3, 0, 1, 2, 3, .. "name\0remark\0"u8, 9, 9, .. first[10..]];

        Assert.Equal("one two", Encoding.ASCII.GetString(await DecodeAsync([.. named, .. Compress("two"u8.ToArray(), Coding.Gzip)], Coding.Gzip)));
        Assert.Equal("one ", Encoding.ASCII.GetString(await DecodeAsync([.. named, .. new byte[600]], Coding.Gzip)));
        await Assert.ThrowsAnyAsync<IOException>(() => DecodeAsync([.. first, .. first[..^1]], Coding.Gzip));
    }

    [Fact]
    public async Task A_body_that_is_not_compressed_is_an_error_and_an_empty_one_is_empty()
    {
        await Assert.ThrowsAsync<DamagedBodyException>(() => DecodeAsync("not compressed"u8.ToArray(), Coding.Gzip));
        await Assert.ThrowsAsync<DamagedBodyException>(() => DecodeAsync("not compressed"u8.ToArray(), Coding.Deflate));
        Assert.Empty(await DecodeAsync([], Coding.Gzip));
        Assert.Empty(await DecodeAsync([], Coding.Deflate));
    }

    private static byte[] Make(int length, bool isRandom)
    {
        var body = new byte[length];
        if (isRandom)
        {
            new Random(length).NextBytes(body);
        }

        return body;
    }

    private static byte[] Compress(byte[] body, Coding coding)
    {
        using var compressed = new MemoryStream();
        using (Stream stream = coding switch
        {
            Coding.Gzip => new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true),
            Coding.Zlib => new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true),
            _ => new DeflateStream(compressed, CompressionLevel.Optimal, leaveOpen: true),
        })
        {
            stream.Write(body);
        }

        // .NET writes nothing for an empty body.
        return compressed.Length > 0 ? compressed.ToArray() : coding switch
        {
            Coding.Gzip => [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            Coding.Zlib => [0x78, 0x9C, 3, 0, 0, 0, 0, 1],
            _ => [3, 0],
        };
    }

    private static async Task<byte[]> DecodeAsync(byte[] compressed, Coding coding, int part = 100)
    {
        await using var decoded = new DecodedStream(new MemoryStream(compressed), coding == Coding.Gzip);
        using var body = new MemoryStream();
        var buffer = new byte[part];
        while (await decoded.ReadAsync(buffer, 0, part, CancellationToken.None) is > 0 and var read)
        {
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }
}
