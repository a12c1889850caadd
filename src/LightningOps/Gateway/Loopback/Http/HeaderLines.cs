using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;

namespace LightningOps.Gateway.Loopback.Http;

/// <summary>The header fields of a message, one line each, in order. Names are compared case-insensitively.</summary>
internal sealed class HeaderLines : IEnumerable<KeyValuePair<string, string>>
{
    private readonly List<KeyValuePair<string, string>> lines = new();

    /// <summary>Number of lines.</summary>
    public int Count => lines.Count;

    /// <summary>The value of the first line of a name, or null.</summary>
    public string? Find(string name)
    {
        foreach (var line in lines)
        {
            if (IsNamed(line, name))
            {
                return line.Value;
            }
        }

        return null;
    }

    /// <summary>The values of all lines of a name.</summary>
    public IReadOnlyList<string> Values(string name)
    {
        List<string>? values = null;
        foreach (var line in lines)
        {
            if (IsNamed(line, name))
            {
                (values ??= new List<string>()).Add(line.Value);
            }
        }

        return values ?? (IReadOnlyList<string>)Array.Empty<string>();
    }

    /// <summary>The members of a list-valued field (RFC 9110, 5.6.1) from all its lines; empty ones are left out.</summary>
    public IEnumerable<string> Members(string name)
    {
        foreach (var value in Values(name))
        {
            foreach (var member in value.Split(','))
            {
                var text = member.Trim(' ', '\t');
                if (text.Length > 0)
                {
                    yield return text;
                }
            }
        }
    }

    /// <summary>Whether a list-valued field has a member, compared case-insensitively.</summary>
    public bool HasMember(string name, string member)
    {
        foreach (var candidate in Members(name))
        {
            if (string.Equals(candidate, member, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether the first line of a name has a word between spaces, tabs and commas, compared case-insensitively (net/http,
    /// hasToken).
    /// </summary>
    public bool HasToken(string name, string token) =>
        Find(name)?.Split(' ', ',', '\t').Contains(token, StringComparer.OrdinalIgnoreCase) == true;

    /// <summary>Adds a line at the end.</summary>
    public HeaderLines Add(string name, string value)
    {
        lines.Add(new KeyValuePair<string, string>(name, value));
        return this;
    }

    /// <summary>Sets the only line of the name.</summary>
    public HeaderLines Set(string name, string value)
    {
        Remove(name);
        return Add(name, value);
    }

    /// <summary>Removes all lines of a name.</summary>
    public void Remove(string name) => lines.RemoveAll(line => IsNamed(line, name));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => lines.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static bool IsNamed(KeyValuePair<string, string> line, string name) =>
        string.Equals(line.Key, name, StringComparison.OrdinalIgnoreCase);
}
