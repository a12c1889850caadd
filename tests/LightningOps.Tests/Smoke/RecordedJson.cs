using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Smoke;

/// <summary>Compares JSON with a recorded vector: same members, order and values but for clock values and paths.</summary>
internal static partial class RecordedJson
{
    public static string Vector(string name) => Encoding.UTF8.GetString(Vectors.Bytes(name)).TrimEnd('\n');

    public static void AssertEqual(string recorded, string actual, params (string Path, string Name)[] paths) =>
        Assert.Equal(Levelled(recorded, []), Levelled(actual, paths));

    /// <summary>The text with Unix milliseconds as 0 and paths by name; member order and all else stay.</summary>
    private static string Levelled(string text, (string Path, string Name)[] paths)
    {
        text = paths.Aggregate(text, static (levelled, path) => levelled.Replace(JsonValue.Create(path.Path).ToJsonString().Trim('"'), path.Name, StringComparison.Ordinal));
        return Milliseconds().Replace(text, "0");
    }

    [GeneratedRegex("(?<![0-9a-f])1[0-9]{12}(?![0-9a-f])")]
    private static partial Regex Milliseconds();
}
