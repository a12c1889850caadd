using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using LightningOps.Compile.Aperture;
using Xunit;

namespace LightningOps.Tests.Compile.Aperture;

public class AffixIndexTests
{
    // Few letters and long common beginnings, among them U+0000 and a surrogate.
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Char["ab/"].Array[0, 6].Select(static letters => new string(letters)),
        Gen.Char["ab\0\uD83D"].Array[0, 9].Select(static letters => "/common/beginning/" + new string(letters)));

    [Fact]
    public void Texts_are_sorted_as_by_ordinal_comparison() =>
        Text.Array[0, 200].Sample(
            static texts => Assert.Equal(texts.Order(StringComparer.Ordinal), TextOrder.Sort(texts).Select(place => texts[place])),
            iter: 500,
            threads: 1);

    [Fact]
    public void The_keys_found_are_those_that_begin_a_text_or_begin_with_it() =>
        Gen.Select(Text.Array[0, 60], Text).Sample(
            static (keys, text) =>
            {
                var index = new AffixIndex(keys);
                var expected = Compatible(keys, text);
                var found = new List<int>();
                index.Collect(text, found);
                Assert.Equal(expected, found.Order());
                Assert.Equal(expected.Count, index.Count(text));
                for (var place = 0; place < keys.Length; place++)
                {
                    found.Clear();
                    index.CollectAt(place, found);
                    Assert.Equal(Compatible(keys, keys[place]), found.Order());
                    Assert.Equal(found.Count, index.CountAt(place));
                }
            },
            iter: 500,
            threads: 1);

    private static List<int> Compatible(string[] keys, string text) =>
        Enumerable.Range(0, keys.Length).Where(place => keys[place].StartsWith(text, StringComparison.Ordinal) || text.StartsWith(keys[place], StringComparison.Ordinal)).ToList();
}
