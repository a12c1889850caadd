using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Gateway.Ops;

/// <summary>A hosted wrapper on loopback, from docs/reference/gateway.md#ops-endpoints: it keeps what it was given by its hash.</summary>
internal sealed class OpsPeer
{
    private const string Empty = "services: []\n";
    private readonly Dictionary<string, (string Id, string Yaml)> deployed = new(StringComparer.Ordinal);
    private string? active;

    public int Writes { get; private set; }

    public string? ActiveHash
    {
        get => active;
        set => active = value;
    }

    /// <summary>The active configuration; null before the first.</summary>
    public string? ActiveYaml => active is null ? null : deployed[active].Yaml;

    public IReadOnlyList<GatewayService> Served =>
        LiveFile.FromBytes(Encoding.UTF8.GetBytes(active is null ? Empty : deployed[active].Yaml)).Services;

    public Task<Reply> AnswerAsync(RecordedRequest request) => Task.FromResult((request.Method, request.Target) switch
    {
        ("GET", "/healthz") => Reply.Json("ok"),
        ("GET", "/staging") => request.Headers.GetValueOrDefault("authorization") == "L402 smoke:proof"
            ? Reply.Json("{}")
            : Reply.Status(402, ("x-oa-smoke-auth", "L402 smoke:proof")),
        _ when request.Headers.GetValueOrDefault("authorization") != "Bearer tok" => Reply.Json("{\"error\":\"unauthorized, not Bearer tok\"}", 401),
        ("GET", "/ops/deployment") => Reply.Json("{\"deployment\":" + (active is null ? "null" : Deployment(active)) + "}"),
        ("POST", "/ops/deploy") => Deploy(JsonNode.Parse(request.Body)!),
        ("POST", "/ops/rollback") => RollBack(JsonNode.Parse(request.Body)!),
        _ => Reply.Status(404),
    });

    private Reply Deploy(JsonNode body)
    {
        Writes++;
        var hash = (string)body["configHash"]!;
        var yaml = (string)body["apertureYaml"]!;
        if (new ConfigHash(hash) != ConfigHash.Compute(Encoding.UTF8.GetBytes(yaml)))
        {
            return Reply.Json("{\"error\":\"hash\"}", 400);
        }

        deployed[hash] = ((string)body["deploymentId"]!, yaml);
        active = hash;
        return Reply.Json(Deployment(hash));
    }

    private Reply RollBack(JsonNode body)
    {
        Writes++;
        var hash = (string)body["targetConfigHash"]!;
        if (!deployed.ContainsKey(hash))
        {
            return Reply.Status(404);
        }

        active = hash;
        return Reply.Json("{\"deployment\":" + Deployment(hash) + "}");
    }

    private string Deployment(string hash) =>
        "{\"deploymentId\":\"" + deployed[hash].Id + "\",\"configHash\":\"" + hash + "\",\"imageDigest\":\"sha256:new\"}";
}
