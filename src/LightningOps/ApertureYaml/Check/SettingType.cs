using System;
using System.Collections.Generic;
using System.Linq;

namespace LightningOps.ApertureYaml.Check;

/// <summary>What a setting holds.</summary>
internal enum SettingKind
{
    Text,

    /// <summary>Text of a named Go type, which does not accept a number or a Boolean.</summary>
    NamedText,
    Flag,
    Number,
    Duration,
    TextList,
    TextMap,
    Section,
    SectionList,
}

/// <summary>The Go type of a setting.</summary>
internal sealed record SettingType(SettingKind Kind, long Min = 0, long Max = 0, SectionType? Section = null, bool IsPointer = false)
{
    public static SettingType Text { get; } = new(SettingKind.Text);

    public static SettingType NamedText { get; } = new(SettingKind.NamedText);

    public static SettingType Flag { get; } = new(SettingKind.Flag);

    public static SettingType Int { get; } = new(SettingKind.Number, long.MinValue, long.MaxValue);

    public static SettingType Int32 { get; } = new(SettingKind.Number, int.MinValue, int.MaxValue);

    public static SettingType UInt16 { get; } = new(SettingKind.Number, 0, ushort.MaxValue);

    public static SettingType Duration { get; } = new(SettingKind.Duration);

    public static SettingType TextList { get; } = new(SettingKind.TextList);

    public static SettingType TextMap { get; } = new(SettingKind.TextMap);

    /// <summary>A struct.</summary>
    public static SettingType Mapping(SectionType section) => new(SettingKind.Section, Section: section);

    /// <summary>A pointer to a struct.</summary>
    public static SettingType MappingPointer(SectionType section) => new(SettingKind.Section, Section: section, IsPointer: true);

    public static SettingType MappingList(SectionType section) => new(SettingKind.SectionList, Section: section);
}

/// <summary>The settings of one mapping.</summary>
/// <param name="Keys">The keys of Aperture's YAML reader: the lower-cased names of the Go fields.</param>
internal sealed record SectionType(IReadOnlyDictionary<string, SettingType> Keys)
{
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Names of Aperture's own, of a command-line option or a field, that the reader does not know, each with the known key.</summary>
    public IReadOnlyDictionary<string, string> OptionNames { get; init; } = None;

    /// <summary>Names of other gateways and of paywalls, in lower case and without separators, each with the known key.</summary>
    public IReadOnlyDictionary<string, string> OtherNames { get; init; } = None;

    /// <summary>Keys that decide who enters, at which price, or whether it sells.</summary>
    public IReadOnlyCollection<string> DecidingKeys { get; init; } = [];
}

/// <summary>
/// Every setting Aperture reads from YAML: the fields of config.go, proxy/service.go, pricer/grpcPricer.go,
/// aperturedb and lnd's build.LogConfig. A key is the field's lower-cased name, not the option's name.
/// </summary>
internal static class ApertureSchema
{
    private static readonly SectionType DynamicPrice = Section(
        ("enabled", SettingType.Flag),
        ("grpcaddress", SettingType.Text),
        ("insecure", SettingType.Flag),
        ("tlscertpath", SettingType.Text),
        ("metered", SettingType.Flag),
        ("usagetailbytes", SettingType.Int)) with { DecidingKeys = ["enabled", "metered"] };

    private static readonly SectionType RateLimit = Section(
        ("pathregexp", SettingType.Text),
        ("requests", SettingType.Int),
        ("per", SettingType.Duration),
        ("burst", SettingType.Int)) with { OtherNames = Names([("interval", "per"), ("window", "per"), ("period", "per"), ("limit", "requests")]) };

    private static readonly SectionType ConsoleLog = WithOptionNames(
        Section(
            ("disable", SettingType.Flag),
            ("notimestamps", SettingType.Flag),
            ("callsite", SettingType.Text)),
        ("no-timestamps", "notimestamps"),
        ("call-site", "callsite"));

    private static readonly SectionType FileLog = WithOptionNames(
        Section(
            ("disable", SettingType.Flag),
            ("notimestamps", SettingType.Flag),
            ("callsite", SettingType.Text),
            ("compressor", SettingType.Text),
            ("maxlogfiles", SettingType.Int),
            ("maxlogfilesize", SettingType.Int)),
        ("no-timestamps", "notimestamps"),
        ("call-site", "callsite"),
        ("max-files", "maxlogfiles"),
        ("max-file-size", "maxlogfilesize"));

    /// <summary>One of the services.</summary>
    public static SectionType Service { get; } = Section(
        ("name", SettingType.Text),
        ("tlscertpath", SettingType.Text),
        ("address", SettingType.Text),
        ("protocol", SettingType.Text),
        ("auth", SettingType.NamedText),
        ("authscheme", SettingType.Text),
        ("hostregexp", SettingType.Text),
        ("pathregexp", SettingType.Text),
        ("headers", SettingType.TextMap),
        ("timeout", SettingType.Int),
        ("capabilities", SettingType.Text),
        ("constraints", SettingType.TextMap),
        ("price", SettingType.Int),
        ("dynamicprice", SettingType.Mapping(DynamicPrice)),
        ("authwhitelistpaths", SettingType.TextList),
        ("authskipinvoicecreationpaths", SettingType.TextList),
        ("ratelimits", SettingType.MappingList(RateLimit)),
        ("rewrite", SettingType.Mapping(Section(("prefix", SettingType.Text))))) with
    {
        DecidingKeys =
        [
            "auth", "authscheme", "hostregexp", "pathregexp", "timeout", "capabilities", "constraints", "price", "dynamicprice",
            "authwhitelistpaths", "authskipinvoicecreationpaths",
        ],
        OtherNames = Names(
        [
            ("host", "hostregexp"), ("hosts", "hostregexp"), ("hostpattern", "hostregexp"), ("path", "pathregexp"), ("paths", "pathregexp"), ("pathpattern", "pathregexp"),
            ("url", "address"), ("upstream", "address"), ("upstreamurl", "address"), ("backend", "address"), ("target", "address"),
            ("amount", "price"), ("sats", "price"), ("satoshis", "price"), ("fixedamountmsats", "price"),
            ("ratelimit", "ratelimits"), ("quotaperminute", "ratelimits"), ("quotaperday", "ratelimits"),
            ("whitelist", "authwhitelistpaths"), ("whitelistpaths", "authwhitelistpaths"), ("skipinvoicepaths", "authskipinvoicecreationpaths"),
            ("expiry", "timeout"), ("credentiallifetimeseconds", "timeout"), ("tlscertificatepath", "tlscertpath"), ("servicename", "name"),
        ]),
    };

    /// <summary>The file's top level.</summary>
    public static SectionType Root { get; } = WithOptionNames(Section(
        ("listenaddr", SettingType.Text),
        ("servername", SettingType.Text),
        ("autocert", SettingType.Flag),
        ("insecure", SettingType.Flag),
        ("staticroot", SettingType.Text),
        ("servestatic", SettingType.Flag),
        ("dbbackend", SettingType.Text),
        ("sqlite", SettingType.MappingPointer(Sqlite())),
        ("postgres", SettingType.MappingPointer(Postgres())),
        ("etcd", SettingType.MappingPointer(Section(("host", SettingType.Text), ("user", SettingType.Text), ("password", SettingType.Text)))),
        ("authenticator", SettingType.MappingPointer(Authenticator())),
        ("tor", SettingType.MappingPointer(Tor())),
        ("services", SettingType.MappingList(Service)),
        ("hashmail", SettingType.MappingPointer(HashMail())),
        ("prometheus", SettingType.MappingPointer(Section(("enabled", SettingType.Flag), ("listenaddr", SettingType.Text)))),
        ("admin", SettingType.MappingPointer(Admin())),
        ("debuglevel", SettingType.Text),
        ("configfile", SettingType.Text),
        ("basedir", SettingType.Text),
        ("profile", SettingType.UInt16),
        ("idletimeout", SettingType.Duration),
        ("readtimeout", SettingType.Duration),
        ("writetimeout", SettingType.Duration),
        ("invoicebatchsize", SettingType.Int),
        ("strictverify", SettingType.Flag),
        ("logging", SettingType.MappingPointer(Logging())),
        ("wspinginterval", SettingType.Duration),
        ("wspongwait", SettingType.Duration),
        ("blocklist", SettingType.TextList)) with
        {
            DecidingKeys = ["services", "dbbackend", "strictverify", "blocklist"],
            OtherNames = Names([("loglevel", "debuglevel"), ("database", "dbbackend"), ("db", "dbbackend")]),
        },
        ("service", "services"),
        ("databasebackend", "dbbackend"));

    private static SectionType Sqlite() => WithOptionNames(
        Section(("skipmigrations", SettingType.Flag), ("databasefilename", SettingType.Text)) with { DecidingKeys = ["databasefilename"], OtherNames = Names([("path", "databasefilename")]) },
        ("dbfile", "databasefilename"));

    private static SectionType Postgres() => WithOptionNames(
        Section(
            ("skipmigrations", SettingType.Flag),
            ("host", SettingType.Text),
            ("port", SettingType.Int),
            ("user", SettingType.Text),
            ("password", SettingType.Text),
            ("dbname", SettingType.Text),
            ("maxopenconnections", SettingType.Int32),
            ("requiressl", SettingType.Flag)),
        ("maxconnections", "maxopenconnections"));

    private static SectionType Admin() => WithOptionNames(
        Section(("enabled", SettingType.Flag), ("macaroonpath", SettingType.Text), ("corsorigins", SettingType.TextList)),
        ("corsorigin", "corsorigins"));

    private static SectionType Logging() => WithOptionNames(
        Section(("console", SettingType.MappingPointer(ConsoleLog)), ("file", SettingType.MappingPointer(FileLog)), ("nocommithash", SettingType.Flag)),
        ("no-commit-hash", "nocommithash"));

    private static SectionType Tor() => Section(
        ("control", SettingType.Text),
        ("listenport", SettingType.UInt16),
        ("virtualport", SettingType.UInt16),
        ("v3", SettingType.Flag));

    private static SectionType HashMail() => Section(
        ("enabled", SettingType.Flag),
        ("messagerate", SettingType.Duration),
        ("messageburstallowance", SettingType.Int),
        ("staletimeout", SettingType.Duration));

    private static SectionType Authenticator() => Section(
        ("network", SettingType.Text),
        ("disable", SettingType.Flag),
        ("lndhost", SettingType.Text),
        ("wavelengthgateway", SettingType.Text),
        ("wavelengthmacaroonpath", SettingType.Text),
        ("tlspath", SettingType.Text),
        ("macdir", SettingType.Text),
        ("passphrase", SettingType.Text),
        ("mailboxaddress", SettingType.Text),
        ("devserver", SettingType.Flag),
        ("enablempp", SettingType.Flag),
        ("mpprealm", SettingType.Text),
        ("enablesessions", SettingType.Flag),
        ("sessiondepositmultiplier", SettingType.Int),
        ("sessionidletimeout", SettingType.Int)) with
    {
        DecidingKeys = ["disable", "enablempp"],
        OtherNames = Names(
        [
            ("macaroonpath", "macdir"), ("macaroondir", "macdir"), ("macpath", "macdir"), ("tlscertpath", "tlspath"), ("tlscert", "tlspath"),
            ("mpp", "enablempp"), ("sessions", "enablesessions"),
        ]),
    };

    private static SectionType Section(params (string Key, SettingType Type)[] keys)
    {
        var types = new Dictionary<string, SettingType>(StringComparer.Ordinal);
        foreach (var (key, type) in keys)
        {
            types.Add(key, type);
        }

        return new SectionType(types);
    }

    private static SectionType WithOptionNames(SectionType section, params (string Option, string Key)[] names) => section with { OptionNames = Names(names) };

    private static Dictionary<string, string> Names((string Name, string Key)[] names) => names.ToDictionary(static pair => pair.Name, static pair => pair.Key, StringComparer.Ordinal);
}
