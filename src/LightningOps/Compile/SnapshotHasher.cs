using System;
using System.Buffers;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text.Json;
using LightningOps.Json;
using LightningOps.Paywalls;

namespace LightningOps.Compile;

/// <summary>Hash of the canonical JSON of paywalls as received (docs/reference/compile.md#hashes).</summary>
internal static class SnapshotHasher
{
    private const int ChunkBytes = 1 << 16;

    public static string Hash(IReadOnlyList<Paywall> paywalls)
    {
        using var sha = SHA256.Create();
        var buffer = new ReusableBuffer(ChunkBytes * 2);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = MinimalJsonEncoder.Instance, SkipValidation = true });
        writer.WriteStartArray();
        foreach (var paywall in paywalls)
        {
            WritePaywall(writer, paywall);
            if (writer.BytesPending > ChunkBytes)
            {
                writer.Flush();
                buffer.DrainInto(sha);
            }
        }

        writer.WriteEndArray();
        writer.Flush();
        buffer.DrainInto(sha);
        sha.TransformFinalBlock(Array.Empty<byte>(), 0, 0);
        return ConfigHash.FromDigest(sha.Hash!);
    }

    // Members sorted by the collation; missing ones left out.
    private static void WritePaywall(Utf8JsonWriter writer, Paywall paywall)
    {
        writer.WriteStartObject();
        writer.WriteString(Member.OwnerId, paywall.OwnerId);
        writer.WriteString(Member.PaywallId, paywall.PaywallId);
        writer.WriteStartObject(Member.Policy);
        var hasTerms = PolicyMembers.HasAny(paywall.Policy);
        if (hasTerms)
        {
            SnapshotTerms.WriteBeforeAmount(writer, paywall.Policy);
        }

        writer.WriteNumber(Member.FixedAmountMsats, paywall.Policy.FixedAmountMsats);
        if (hasTerms)
        {
            SnapshotTerms.WriteBeforeKillSwitch(writer, paywall.Policy);
        }

        writer.WriteBoolean(Member.KillSwitch, paywall.Policy.KillSwitch);
        if (paywall.Policy.MaxPerRequestMsats is { } cap)
        {
            writer.WriteNumber(Member.MaxPerRequestMsats, cap);
        }

        writer.WriteString(Member.PricingMode, paywall.Policy.PricingMode);
        if (hasTerms)
        {
            SnapshotTerms.WriteAfterPricingMode(writer, paywall.Policy);
        }

        writer.WriteEndObject();
        writer.WriteStartArray(Member.Routes);
        foreach (var route in paywall.Routes)
        {
            WriteRoute(writer, route);
        }

        writer.WriteEndArray();
        writer.WriteString(Member.Status, StatusName(paywall.Status));
        writer.WriteEndObject();
    }

    private static void WriteRoute(Utf8JsonWriter writer, PaywallRoute route)
    {
        writer.WriteStartObject();
        writer.WriteString(Member.HostPattern, CandidateRoute.NormaliseHost(route.HostPattern));
        writer.WriteString(Member.PathPattern, CandidateRoute.NormalisePath(route.PathPattern));
        writer.WriteNumber(Member.Priority, route.Priority);
        if (route.Protocol is { } protocol)
        {
            writer.WriteString(Member.Protocol, protocol == RouteProtocol.Https ? "https" : "http");
        }

        writer.WriteString(Member.RouteId, route.RouteId);
        if (route.ServiceName is { } service)
        {
            writer.WriteString(Member.ServiceName, service);
        }

        writer.WriteNumber(Member.TimeoutMs, route.TimeoutMs);
        writer.WriteString(Member.UpstreamUrl, route.UpstreamUrl);
        writer.WriteEndObject();
    }

    private static string StatusName(PaywallStatus status) => status switch
    {
        PaywallStatus.Active => "active",
        PaywallStatus.Paused => "paused",
        _ => "archived",
    };

    private static class Member
    {
        public static readonly JsonEncodedText OwnerId = JsonEncodedText.Encode("ownerId");
        public static readonly JsonEncodedText PaywallId = JsonEncodedText.Encode("paywallId");
        public static readonly JsonEncodedText Policy = JsonEncodedText.Encode("policy");
        public static readonly JsonEncodedText FixedAmountMsats = JsonEncodedText.Encode("fixedAmountMsats");
        public static readonly JsonEncodedText KillSwitch = JsonEncodedText.Encode("killSwitch");
        public static readonly JsonEncodedText MaxPerRequestMsats = JsonEncodedText.Encode("maxPerRequestMsats");
        public static readonly JsonEncodedText PricingMode = JsonEncodedText.Encode("pricingMode");
        public static readonly JsonEncodedText Routes = JsonEncodedText.Encode("routes");
        public static readonly JsonEncodedText Status = JsonEncodedText.Encode("status");
        public static readonly JsonEncodedText HostPattern = JsonEncodedText.Encode("hostPattern");
        public static readonly JsonEncodedText PathPattern = JsonEncodedText.Encode("pathPattern");
        public static readonly JsonEncodedText Priority = JsonEncodedText.Encode("priority");
        public static readonly JsonEncodedText Protocol = JsonEncodedText.Encode("protocol");
        public static readonly JsonEncodedText RouteId = JsonEncodedText.Encode("routeId");
        public static readonly JsonEncodedText ServiceName = JsonEncodedText.Encode("serviceName");
        public static readonly JsonEncodedText TimeoutMs = JsonEncodedText.Encode("timeoutMs");
        public static readonly JsonEncodedText UpstreamUrl = JsonEncodedText.Encode("upstreamUrl");
    }

    /// <summary>A buffer that is hashed and then reused, so that a million routes cost no memory.</summary>
    private sealed class ReusableBuffer : IBufferWriter<byte>
    {
        private byte[] bytes;
        private int used;

        public ReusableBuffer(int size) => bytes = new byte[size];

        public void Advance(int count) => used += count;

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            Reserve(sizeHint);
            return bytes.AsMemory(used);
        }

        public Span<byte> GetSpan(int sizeHint = 0)
        {
            Reserve(sizeHint);
            return bytes.AsSpan(used);
        }

        public void DrainInto(SHA256 sha)
        {
            sha.TransformBlock(bytes, 0, used, null, 0);
            used = 0;
        }

        private void Reserve(int sizeHint)
        {
            var wanted = used + Math.Max(sizeHint, 4096);
            if (wanted > bytes.Length)
            {
                Array.Resize(ref bytes, Math.Max(wanted, bytes.Length * 2));
            }
        }
    }
}
