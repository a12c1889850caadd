using System;
using System.Linq;
using System.Text.Json;

namespace LightningOps.Gateway.AccessLogs;

/// <summary>Reads a request from a JSON object, with the member names of nginx, Caddy, Traefik, HAProxy and others.</summary>
internal static class JsonLogLine
{
    private static readonly string[] Methods = ["method", "request_method", "requestmethod", "http_method", "verb"];
    private static readonly string[] Hosts = ["host", "http_host", "requesthost", "request_host", "vhost", "server_name", "authority", "domain"];
    private static readonly string[] Targets = ["request_uri", "uri", "requestpath", "url", "target", "path", "request_path"];
    private static readonly string[] Queries = ["args", "query", "query_string"];
    private static readonly string[] Lines = ["request", "request_line", "http_request"];

    /// <summary>The request; null if the object is not one. The host is empty if no member names it.</summary>
    public static LoggedRequest? Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static LoggedRequest? Read(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        // Caddy and others nest the request.
        foreach (var member in entry.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Object && Lines.Contains(member.Name, StringComparer.OrdinalIgnoreCase) && Read(member.Value) is { } nested)
            {
                return nested.Host.Length > 0 ? nested : nested with { Host = Find(entry, Hosts) ?? string.Empty };
            }
        }

        var host = Find(entry, Hosts) ?? string.Empty;
        if (Find(entry, Lines) is { } text && text.Split(' ') is { Length: 3 } parts)
        {
            return new LoggedRequest(parts[0], host, parts[1]);
        }

        if (Find(entry, Targets) is not { Length: > 0 } target)
        {
            return null;
        }

        return new LoggedRequest(Find(entry, Methods) ?? "GET", host, target.IndexOf('?') < 0 && Find(entry, Queries) is { Length: > 0 } query ? target + "?" + query : target);
    }

    private static string? Find(JsonElement entry, string[] names)
    {
        foreach (var name in names)
        {
            foreach (var member in entry.EnumerateObject())
            {
                if (member.Value.ValueKind == JsonValueKind.String && string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase))
                {
                    return member.Value.GetString();
                }
            }
        }

        return null;
    }
}
