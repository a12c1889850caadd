using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Hosted;
using LightningOps.Settings;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Smoke;

/// <summary>A recorded run of the older service on the wire (vectors/wire.json).</summary>
internal static class WireRun
{
    public static IControlPlane Plane(string mode, string url)
    {
        var options = new HostedControlPlaneOptions { BaseUrl = url, Secret = OperatorSecret.From("test-secret") };
        return mode == "api" ? new ApiControlPlane(options) : new ConvexControlPlane(options);
    }

    public static JsonElement[] Recorded(string run) =>
        Vectors.Json("wire.json").GetProperty("runs").GetProperty(run).EnumerateArray().ToArray();

    /// <summary>The requests sent are the recorded ones, in order; clock values and what <paramref name="level"/> levels may vary.</summary>
    public static void AssertSent(IReadOnlyList<RecordedRequest> sent, IReadOnlyList<JsonElement> recorded, Action<JsonObject>? level = null)
    {
        Assert.Equal(
            recorded.Select(static request => request.GetProperty("method").GetString() + " " + request.GetProperty("url").GetString()),
            sent.Select(static request => request.Method + " " + request.Target));
        foreach (var (request, expected) in sent.Zip(recorded))
        {
            Assert.All(expected.GetProperty("headers").EnumerateObject(), header => Assert.Equal(header.Value.GetString(), request.Headers[header.Name]));
            Assert.True(
                JsonNode.DeepEquals(Levelled(expected.GetProperty("body").GetRawText(), level), Levelled(request.Body, level)),
                request.Body + "\nrecorded\n" + expected.GetProperty("body").GetRawText());
        }
    }

    private static JsonNode? Levelled(string json, Action<JsonObject>? level)
    {
        var node = json.Length == 0 ? null : JsonNode.Parse(json);
        if (node is JsonObject body)
        {
            if (body["args"] is JsonObject args && args.ContainsKey("appliedAtMs"))
            {
                args["appliedAtMs"] = 0;
            }

            level?.Invoke(body);
        }

        return node;
    }
}
