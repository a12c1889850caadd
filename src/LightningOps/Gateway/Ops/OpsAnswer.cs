using System;
using System.Text.Json;
using LightningOps.Http;

namespace LightningOps.Gateway.Ops;

/// <summary>Reads answers of the ops endpoints: <c>{deployment: {…} or null}</c>, or the deployment itself.</summary>
internal static class OpsAnswer
{
    /// <summary>The deployment, or null when the gateway has none.</summary>
    /// <exception cref="GatewayException">The answer has another form.</exception>
    public static GatewayDeployment? Deployment(GatewayHttp http, GatewayRequest request, GatewayAnswer answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw http.Malformed(request, "object");
            }

            var deployment = root.TryGetProperty("deployment", out var wrapped) ? wrapped : root;
            return deployment.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.Object => Read(http, request, deployment),
                _ => throw http.Malformed(request, "deployment"),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw http.Malformed(request, "json", e);
        }
    }

    private static GatewayDeployment Read(GatewayHttp http, GatewayRequest request, JsonElement deployment) => new()
    {
        DeploymentId = Text(http, request, deployment, "deploymentId"),
        ConfigHash = new ConfigHash(Text(http, request, deployment, "configHash") ?? throw http.Malformed(request, "configHash")),
        ImageDigest = Text(http, request, deployment, "imageDigest"),
    };

    private static string? Text(GatewayHttp http, GatewayRequest request, JsonElement deployment, string member)
    {
        if (!deployment.TryGetProperty(member, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw http.Malformed(request, member);
    }
}
