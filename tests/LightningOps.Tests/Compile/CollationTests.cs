using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using LightningOps.Compile;
using Xunit;

namespace LightningOps.Tests.Compile;

public sealed class CollationTests
{
    private static readonly JsonElement Recorded =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Vectors", "collation.json"))).RootElement;

    [Fact]
    public void Characters_stand_in_the_recorded_order()
    {
        var order = Recorded.GetProperty("ascii").GetString()!;
        for (var i = 1; i < order.Length; i++)
        {
            Assert.True(Collation.Instance.Compare(order[i - 1].ToString(), order[i].ToString()) < 0, order.Substring(i - 1, 2));
        }
    }

    [Fact]
    public void Recorded_pairs_compare_as_recorded()
    {
        var pairs = Recorded.GetProperty("pairs").EnumerateArray().ToList();
        Assert.Equal(400, pairs.Count);
        foreach (var pair in pairs)
        {
            var (a, b) = (pair[0].GetString()!, pair[1].GetString()!);
            Assert.True(Math.Sign(Collation.Instance.Compare(a, b)) == pair[2].GetInt32(), a + " against " + b);
            Assert.True(Math.Sign(Collation.Instance.Compare(b, a)) == -pair[2].GetInt32(), b + " against " + a);
        }
    }

    [Theory]
    [InlineData("z", "é")]
    [InlineData("~", "é")]
    [InlineData("é", "ü")]
    [InlineData("\uFFFD", "😀")]
    public void What_is_not_ASCII_follows_by_code_point(string smaller, string greater) =>
        Assert.True(Collation.Instance.Compare(smaller, greater) < 0);
}
