using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Numerics;
using System.Text;
using System.Xml;
using LightningOps.Json;

namespace LightningOps.PowerShell;

/// <summary>
/// The body of a request from the value of -Body: text, bytes, a file, a stream, a form of a hashtable, XML, or JSON.
/// Any other value is an error before anything is sent, so that nothing unintended is paid for.
/// </summary>
internal sealed class RequestBody
{
    private const string Remedy = "Pass text, bytes, a file (Get-Item), a stream, a hashtable of form fields, XML, or objects of text, numbers and lists with -ContentType application/json.";
    private const string FormType = "application/x-www-form-urlencoded";
    private const int MaxDepth = 48;

    private readonly Func<HttpContent> create;
    private readonly MediaTypeHeaderValue type;

    private RequestBody(MediaTypeHeaderValue type, Func<HttpContent> create)
    {
        this.type = type;
        this.create = create;
    }

    /// <summary>The body.</summary>
    /// <param name="body">The caller's value.</param>
    /// <param name="contentType">The caller's content type; null for the default of the body.</param>
    /// <exception cref="ConfigException">It cannot be sent.</exception>
    public static RequestBody From(object body, string? contentType)
    {
        var wrapped = body as PSObject;
        var plain = wrapped?.BaseObject ?? body;
        var type = contentType is null ? null : ParseType(contentType);
        var isJson = type is null || IsJson(type.MediaType);
        return plain switch
        {
            string text => FromBytes(type ?? ParseType("application/json"), GetEncoding(type).GetBytes(text)),
            byte[] bytes => FromBytes(type ?? ParseType("application/json"), bytes),
            FileInfo file => FromFile(type ?? ParseType("application/octet-stream"), file),
            Stream stream => FromStream(type ?? ParseType("application/octet-stream"), stream),
            XmlNode xml => FromBytes(type ?? ParseType("application/xml"), GetEncoding(type).GetBytes(xml.OuterXml)),
            IDictionary fields when type is null || string.Equals(type.MediaType, FormType, StringComparison.OrdinalIgnoreCase) => FromBytes(type ?? ParseType(FormType), Form(fields)),
            PSCustomObject or IDictionary or IList or bool or Guid or DateTime or DateTimeOffset when isJson => FromBytes(type ?? ParseType("application/json"), Json(wrapped ?? body)),
            _ when isJson && IsNumber(plain) => FromBytes(type ?? ParseType("application/json"), Json(plain)),
            _ => throw Unfit(plain, "cannot be sent" + (contentType is null ? string.Empty : " as " + type!.MediaType)),
        };
    }

    /// <summary>The content, created again for each attempt.</summary>
    public HttpContent Create()
    {
        var content = create();
        content.Headers.ContentType = type;
        return content;
    }

    private static RequestBody FromBytes(MediaTypeHeaderValue type, byte[] bytes) => new(type, () => new ByteArrayContent(bytes));

    private static RequestBody FromFile(MediaTypeHeaderValue type, FileInfo file)
    {
        // Readability is checked before anything is sent.
        using (file.Open(FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            return new RequestBody(type, () => new StreamContent(file.Open(FileMode.Open, FileAccess.Read, FileShare.Read)));
        }
    }

    private static RequestBody FromStream(MediaTypeHeaderValue type, Stream stream)
    {
        using var whole = new MemoryStream();
        stream.CopyTo(whole);
        return FromBytes(type, whole.ToArray());
    }

    private static byte[] Form(IDictionary fields)
    {
        var pairs = new List<string>();
        foreach (DictionaryEntry field in fields)
        {
            var values = Plain(field.Value) is IList and not byte[] ? ((IList)Plain(field.Value)!).Cast<object?>() : [field.Value];
            pairs.AddRange(values.Select(value => Uri.EscapeDataString(FieldText(field.Key)) + "=" + Uri.EscapeDataString(FieldText(value))));
        }

        return Encoding.ASCII.GetBytes(string.Join("&", pairs).Replace("%20", "+"));
    }

    private static string FieldText(object? value) => Plain(value) switch
    {
        null => string.Empty,
        string text => text,
        bool flag => flag ? "true" : "false",
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        Guid or Uri or Enum or char => Plain(value)!.ToString()!,
        { } number when IsNumber(number) => ((IFormattable)number).ToString(null, CultureInfo.InvariantCulture),
        { } other => throw Unfit(other, "cannot be a form field"),
    };

    private static byte[] Json(object? value) => PlainJson.ToUtf8(ToTree(value, 0));

    /// <summary>The value in the form of <see cref="PlainJson" />.</summary>
    private static object? ToTree(object? value, int depth)
    {
        var plain = Plain(value);
        if (depth > MaxDepth)
        {
            throw Unfit(plain!, "is nested too deeply or contains itself");
        }

        switch (plain)
        {
            case null or bool or DateTime or DateTimeOffset:
                return plain;
            case string or char or Guid or Uri or Enum:
                return plain.ToString();
            case IDictionary members:
                return members.Cast<DictionaryEntry>().Select(member => new KeyValuePair<string, object?>(FieldText(member.Key), ToTree(member.Value, depth + 1))).ToArray();
            case PSCustomObject:
                return ((PSObject)value!).Properties.Select(member => new KeyValuePair<string, object?>(member.Name, ToTree(member.Value, depth + 1))).ToArray();
            case IList elements:
                return elements.Cast<object?>().Select(element => ToTree(element, depth + 1)).ToList();
            case double or float when double.IsNaN(Convert.ToDouble(plain, CultureInfo.InvariantCulture)) || double.IsInfinity(Convert.ToDouble(plain, CultureInfo.InvariantCulture)):
                throw Unfit(plain, "is not a valid JSON number");
            case var number when IsNumber(number):
                return new JsonNumber(number is double real ? real.ToString("R", CultureInfo.InvariantCulture) : ((IFormattable)number).ToString(null, CultureInfo.InvariantCulture));
            default:
                throw Unfit(plain, "cannot be written as JSON");
        }
    }

    private static object? Plain(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static bool IsNumber(object value) => value is byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal or BigInteger;

    private static bool IsJson(string? mediaType) =>
        mediaType is not null && (mediaType.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase));

    private static MediaTypeHeaderValue ParseType(string text) => MediaTypeHeaderValue.TryParse(text, out var type)
        ? type
        : throw new ConfigException("ContentType", "is not a media type", "Use the form type/subtype.");

    private static Encoding GetEncoding(MediaTypeHeaderValue? type)
    {
        try
        {
            return type?.CharSet is { Length: > 0 } name ? Encoding.GetEncoding(name.Trim('"')) : new UTF8Encoding(false);
        }
        catch (ArgumentException)
        {
            throw new ConfigException("ContentType", "specifies an unknown charset", "Omit the charset to use UTF-8.");
        }
    }

    // Only the name of the type, because the value may be a secret.
    private static ConfigException Unfit(object value, string reason) => new("Body", value.GetType().Name + " " + reason, Remedy);
}
