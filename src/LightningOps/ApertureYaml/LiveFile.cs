using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using LightningOps.ApertureYaml.Check;
using LightningOps.ApertureYaml.Edit;
using LightningOps.Files;

namespace LightningOps.ApertureYaml;

/// <summary>An aperture.yaml: its bytes and the services it declares.</summary>
internal sealed class LiveFile
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private const int LongText = 1 << 17;
    private readonly Lazy<(ServicesPlace Place, ulong Others)?> located;
    private ApertureConfigFormatException? editFault;

    private LiveFile(byte[] bytes, (ServicesPlace Place, ulong Others)? known = null)
    {
        Bytes = bytes;
        Text = Strict.GetString(bytes);
        located = new Lazy<(ServicesPlace Place, ulong Others)?>(() => known ?? Locate(Unmarked));

        // Each step reads the whole text, which takes long with thousands of services.
        var locating = known is null && Text.Length > LongText ? Task.Run(() => located.Value) : null;
        var settings = ConfigReader.Read(Text, new ConfigFindings()) ?? new Section(string.Empty, TextPosition.Start);
        Services = ServiceReader.Read(settings);
        ListenAddress = NullIfEmpty(settings.Text("listenaddr"));
        BaseFolder = NullIfEmpty(settings.Text("basedir"));
        OffersPayment = settings.Has("authenticator") ? settings.Child("authenticator").Flag("enablempp") : null;
        Network = NullIfEmpty(settings.Child("authenticator").Text("network"));
        var admin = settings.Child("admin");
        HasAdminApi = BackendRules.HasAdminApi(settings);
        DatabaseFile = BackendRules.GetBackend(settings) == "sqlite" ? NullIfEmpty(settings.Child("sqlite").Text("databasefilename")) : null;
        DatabaseServer = BackendRules.GetBackend(settings) == "postgres" ? DatabaseAddress.From(settings.Child("postgres")) : null;
        Admin = HasAdminApi
            ? new AdminSettings(NullIfEmpty(admin.Text("macaroonpath")), settings.Flag("insecure"), BaseFolder)
            {
                DatabaseFile = DatabaseFile,
                DatabaseServer = DatabaseServer,
            }
            : null;
        locating?.GetAwaiter().GetResult();
        ConfigHash = located.Value is { } found ? ComputeServicesHash(Unmarked, found.Place) : null;
        ContentHash = ConfigHash ?? LightningOps.ConfigHash.Compute(bytes);
    }

    public byte[] Bytes { get; }

    /// <summary>Services in match order.</summary>
    public IReadOnlyList<GatewayService> Services { get; }

    /// <summary>Where Aperture listens, <c>host:port</c>; null when it is not set.</summary>
    public string? ListenAddress { get; }

    /// <summary>Folder of Aperture's log and default files; null for the data folder of Aperture's account.</summary>
    public string? BaseFolder { get; }

    /// <summary>Bitcoin network of the node that makes the invoices; null when it is not set.</summary>
    public string? Network { get; }

    /// <summary>Whether Aperture offers the Payment scheme; null if the file does not configure the authenticator.</summary>
    public bool? OffersPayment { get; }

    /// <summary>Whether the admin API is on. Rows of Aperture's database then precede and replace services of the file.</summary>
    public bool HasAdminApi { get; }

    /// <summary>The SQLite database; null for another kind, or for the default database of Aperture's account.</summary>
    public string? DatabaseFile { get; }

    /// <summary>The PostgreSQL database; null where it is another one.</summary>
    public DatabaseAddress? DatabaseServer { get; }

    /// <summary>Where the admin API and its rows are; null where it is off.</summary>
    public AdminSettings? Admin { get; }

    /// <summary>
    /// Hash of the artifact if the file has exactly its services; another hash if they were edited, and null when
    /// there are none.
    /// </summary>
    public string? ConfigHash { get; }

    /// <summary><see cref="ConfigHash" />, or the hash of the whole file where it has none: the load of any file can be recorded under it.</summary>
    public string ContentHash { get; }

    /// <summary>The services with their key as written, and where they begin in <see cref="Unmarked" />; null where they cannot be edited.</summary>
    public (string Block, int Start)? ServicesText =>
        located.Value is { Place: var place } ? (Unmarked.Substring(place.Start, place.End - place.Start), place.Start) : null;

    private string Text { get; }

    /// <summary>The text without a byte order mark.</summary>
    public string Unmarked => Text.TrimStart('\ufeff');

    /// <exception cref="ApertureConfigFormatException">Aperture's reader does not accept the YAML.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static LiveFile Read(string path) => FromBytes(ReadBytes(path));

    /// <summary>The current bytes of the file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] ReadBytes(string path)
    {
        if (UnixFileStatus.Find(path) is { IsRegular: false })
        {
            throw new IOException(path + " is not a regular file.");
        }

        AtomicFile.Repair(path);
        return File.ReadAllBytes(path);
    }

    /// <exception cref="ApertureConfigFormatException">Aperture's reader does not accept the YAML.</exception>
    public static LiveFile FromBytes(byte[] bytes)
    {
        try
        {
            return new LiveFile(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new ApertureConfigFormatException("the file is not UTF-8", "Save it as UTF-8 text.", 1, 1);
        }
    }

    /// <summary>The bytes of the file with the services of an artifact instead of its own.</summary>
    /// <exception cref="ApertureConfigFormatException">The file cannot take them.</exception>
    /// <exception cref="ArgumentException">The artifact is not a rendering for Aperture.</exception>
    public byte[] With(ReadOnlyMemory<byte> artifact) => located.Value is { } found
        ? WithText(Splice(artifact, found).Text)
        : throw GetEditFault();

    /// <summary>Whether the services can be edited in the file.</summary>
    public bool IsEditable => located.Value is not null;

    /// <summary>Requires that the services of the file can be edited.</summary>
    /// <exception cref="ApertureConfigFormatException">Aperture reads the file, but its services cannot be edited in it.</exception>
    public void RequireEditable()
    {
        if (!IsEditable)
        {
            throw GetEditFault();
        }
    }

    /// <summary>
    /// The file with the services of an artifact instead of its own. The place of the services is known without
    /// another search.
    /// </summary>
    /// <param name="artifact">The bytes of <see cref="With" />.</param>
    /// <param name="bytes">Its bytes, as <see cref="With"/> gives them.</param>
    /// <exception cref="ApertureConfigFormatException">The file cannot take them.</exception>
    /// <exception cref="ArgumentException">The artifact is not a rendering for Aperture.</exception>
    public LiveFile ReadWith(ReadOnlyMemory<byte> artifact, byte[] bytes) =>
        located.Value is { } found ? new LiveFile(bytes, (Splice(artifact, found).Place, found.Others)) : FromBytes(bytes);

    /// <summary>The bytes of the file with another text, without a byte order mark.</summary>
    public byte[] WithText(string unmarked) => Strict.GetBytes(Text.Substring(0, Text.Length - Unmarked.Length) + unmarked);

    public bool Has(byte[] bytes) => Bytes.AsSpan().SequenceEqual(bytes);

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private (string Text, ServicesPlace Place) Splice(ReadOnlyMemory<byte> artifact, (ServicesPlace Place, ulong Others) found) =>
        ServicesSplice.Replace(Unmarked, ServicesArtifact.GetBlock(Strict.GetString(artifact.ToArray())), found.Place, found.Others);

    // A new exception each time, because it may be thrown more than once. Aperture's reader accepts the file, so it is YAML.
    private ApertureConfigFormatException GetEditFault() =>
        editFault is not { } fault ? throw new InvalidOperationException("The services of the file were found.")
        : fault.Reason.StartsWith(ConfigEvents.NotSupported, StringComparison.Ordinal) ? new ApertureConfigFormatException(
            "Aperture reads this file, but the services cannot be edited in it: this form is not supported (" + fault.Reason.Substring(ConfigEvents.NotSupported.Length) + ")",
            fault.Remedy,
            fault.Line,
            fault.Column)
        : new ApertureConfigFormatException("Aperture reads this file, but the services cannot be edited in it: " + fault.Reason, fault.Remedy, fault.Line, fault.Column);

    private (ServicesPlace Place, ulong Others)? Locate(string text)
    {
        try
        {
            var locator = new ServicesLocator(text);
            return (locator.Locate(), locator.Others);
        }
        catch (ApertureConfigFormatException fault)
        {
            // Settings in braces, for example: Aperture reads them, but an artifact cannot be inserted.
            editFault = fault;
            return null;
        }
    }

    private static string? ComputeServicesHash(string text, ServicesPlace place)
    {
        if (place.Start == place.End)
        {
            return null;
        }

        var block = KeyLineComment.Remove(text.Substring(place.Start, place.End - place.Start)).Replace("\r\n", "\n");
        var lines = block.TrimEnd('\n').Split('\n').Select(line => line.Length >= place.Indent ? line.Substring(place.Indent) : line);
        return LightningOps.ConfigHash.Compute(Strict.GetBytes(ServicesArtifact.HeaderComment + "\n" + string.Join("\n", lines) + "\n"));
    }
}

/// <summary>The admin API of an aperture.yaml and the database of its rows, as set in the file; null for defaults.</summary>
/// <param name="MacaroonPath">File of the admin macaroon.</param>
/// <param name="IsInsecure">Whether Aperture speaks http.</param>
/// <param name="BaseFolder">Folder with Aperture's own certificate.</param>
internal sealed record AdminSettings(string? MacaroonPath, bool IsInsecure, string? BaseFolder)
{
    /// <summary>The SQLite database; null for another kind, or for the default database of Aperture's account.</summary>
    public string? DatabaseFile { get; init; }

    /// <summary>The PostgreSQL database; null where it is another one.</summary>
    public DatabaseAddress? DatabaseServer { get; init; }
}

/// <summary>Where the PostgreSQL database of an aperture.yaml is, with the defaults of Aperture; without the password.</summary>
/// <param name="Host">Host of the server.</param>
/// <param name="Port">Port of the server.</param>
/// <param name="User">User of Aperture, which owns the tables.</param>
/// <param name="Database">Name of the database.</param>
/// <param name="RequiresTls">Whether Aperture connects with TLS.</param>
internal sealed record DatabaseAddress(string Host, long Port, string User, string Database, bool RequiresTls)
{
    private const long DefaultPort = 5432;

    /// <summary>The address in the section <c>postgres</c>.</summary>
    public static DatabaseAddress From(Section section)
    {
        var user = section.Text("user");
        return new DatabaseAddress(
            section.Text("host") is { Length: > 0 } host ? host : "localhost",
            section.Number("port") is > 0 and <= ushort.MaxValue and var port ? port : DefaultPort,
            user,
            section.Text("dbname") is { Length: > 0 } database ? database : user,
            section.Flag("requiressl"));
    }

    /// <summary>As a URL, without user and password.</summary>
    public override string ToString() => FormattableString.Invariant($"postgres://{Host}:{Port}/{Database}");
}
