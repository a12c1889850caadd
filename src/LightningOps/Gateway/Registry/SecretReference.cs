using System;
using System.IO;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LightningOps.Gateway.Registry;

/// <summary>
/// Reference of a secret, never the secret itself: <c>env:OA_LIGHTNING_NAME</c>, <c>file:/path</c> (mode 0600),
/// <c>vault:VAULT/NAME</c> (SecretManagement) or <c>keyvault:VAULT/NAME</c> (Azure Key Vault).
/// </summary>
[JsonConverter(typeof(SecretReferenceConverter))]
public sealed record SecretReference
{
    private const string VariablePrefix = "OA_LIGHTNING_";
    private const string Remedy = "Specify a reference of the secret: env:OA_LIGHTNING_NAME, file:/path/of/secret, vault:VAULT/NAME or keyvault:VAULT/NAME.";

    private SecretReference(SecretPlace place, string? vault, string name)
    {
        Place = place;
        Vault = vault;
        Name = name;
    }

    /// <summary>Kind of the place.</summary>
    public SecretPlace Place { get; }

    /// <summary>Name of the vault; null for a variable or a file.</summary>
    public string? Vault { get; }

    /// <summary>Name of the variable or of the secret, or path of the file.</summary>
    public string Name { get; }

    /// <summary>Reads a reference.</summary>
    /// <param name="text">The text. A failure does not repeat it, because it may be the secret itself.</param>
    /// <param name="resolveFile">Makes a path absolute.</param>
    /// <param name="field">The parameter or member to name in a failure.</param>
    /// <exception cref="ConfigException">The text is not a reference.</exception>
    public static SecretReference Parse(string text, Func<string, string>? resolveFile = null, string field = "Macaroon")
    {
        var colon = text.IndexOf(':');
        var rest = colon < 0 ? string.Empty : text.Substring(colon + 1).Trim();
        var slash = rest.IndexOf('/');
        var isNamed = slash > 0 && slash < rest.Length - 1;
        return (colon < 0 ? string.Empty : text.Substring(0, colon).Trim().ToLowerInvariant()) switch
        {
            "env" when rest.StartsWith(VariablePrefix, StringComparison.Ordinal) => new SecretReference(SecretPlace.Variable, null, rest),
            "env" => throw new ConfigException(field, "the variable of a secret begins with " + VariablePrefix, Remedy),
            "file" when rest.Length > 0 => CreateFile(resolveFile is null ? rest : resolveFile(rest), field),
            "vault" when isNamed => new SecretReference(SecretPlace.SecretManagement, rest.Substring(0, slash), rest.Substring(slash + 1)),
            "keyvault" when isNamed => new SecretReference(SecretPlace.KeyVault, rest.Substring(0, slash), rest.Substring(slash + 1)),
            _ => throw new ConfigException(field, "is not a reference of a secret", Remedy),
        };
    }

    /// <summary>The text of the reference.</summary>
    public override string ToString() => Place switch
    {
        SecretPlace.Variable => "env:" + Name,
        SecretPlace.File => "file:" + Name,
        SecretPlace.SecretManagement => "vault:" + Vault + "/" + Name,
        _ => "keyvault:" + Vault + "/" + Name,
    };

    private static SecretReference CreateFile(string path, string field) => Path.IsPathRooted(path)
        ? new SecretReference(SecretPlace.File, null, path)
        : throw new ConfigException(field, "the path of a secret must be absolute", Remedy);
}

/// <summary>Kinds of places of a secret.</summary>
public enum SecretPlace
{
    /// <summary>A variable of the environment.</summary>
    Variable,

    /// <summary>A file that only its owner may read.</summary>
    File,

    /// <summary>A vault of the SecretManagement module.</summary>
    SecretManagement,

    /// <summary>An Azure Key Vault.</summary>
    KeyVault,
}

/// <summary>Writes a reference as its text.</summary>
internal sealed class SecretReferenceConverter : JsonConverter<SecretReference>
{
    public override SecretReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        SecretReference.Parse(reader.GetString() ?? string.Empty);

    public override void Write(Utf8JsonWriter writer, SecretReference value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
