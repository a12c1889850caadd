using System;
using System.Collections.Generic;

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
/// <param name="OptionNames">Command-line option names that the reader does not know, each with the known key.</param>
internal sealed record SectionType(IReadOnlyDictionary<string, SettingType> Keys, IReadOnlyDictionary<string, string> OptionNames)
{
    /// <summary>Keys that decide who enters, or whether and at what price a service sells.</summary>
    public IReadOnlyCollection<string> Deciding { get; init; } = [];

    /// <summary>The key that another spelling stands for, in letter case, hyphens or underscores; null for none.</summary>
    public string? FindSpelling(string written)
    {
        var key = written.Replace("-", string.Empty).Replace("_", string.Empty).ToLowerInvariant();
        return Keys.ContainsKey(key) ? key : null;
    }
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
        ("usagetailbytes", SettingType.Int)) with { Deciding = ["enabled", "metered"] };

    private static readonly SectionType RateLimit = Section(
        ("pathregexp", SettingType.Text),
        ("requests", SettingType.Int),
        ("per", SettingType.Duration),
        ("burst", SettingType.Int));

    private static readonly SectionType ConsoleLog = Section(
        ("disable", SettingType.Flag),
        ("notimestamps", SettingType.Flag),
        ("callsite", SettingType.Text));

    private static readonly SectionType FileLog = Section(
        ("disable", SettingType.Flag),
        ("notimestamps", SettingType.Flag),
        ("callsite", SettingType.Text),
        ("compressor", SettingType.Text),
        ("maxlogfiles", SettingType.Int),
        ("maxlogfilesize", SettingType.Int));

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
        Deciding = ["auth", "authscheme", "hostregexp", "pathregexp", "timeout", "capabilities", "constraints", "price", "dynamicprice", "authwhitelistpaths", "authskipinvoicecreationpaths"],
    };

    /// <summary>The file's top level.</summary>
    public static SectionType Root { get; } = WithOptionName(
        Section(
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
            ("logging", SettingType.MappingPointer(Section(("console", SettingType.MappingPointer(ConsoleLog)), ("file", SettingType.MappingPointer(FileLog)), ("nocommithash", SettingType.Flag)))),
            ("wspinginterval", SettingType.Duration),
            ("wspongwait", SettingType.Duration),
            ("blocklist", SettingType.TextList)),
        "service",
        "services") with { Deciding = ["services", "strictverify", "blocklist"] };

    private static SectionType Sqlite() => WithOptionName(
        Section(("skipmigrations", SettingType.Flag), ("databasefilename", SettingType.Text)),
        "dbfile",
        "databasefilename") with { Deciding = ["databasefilename"] };

    private static SectionType Postgres() => WithOptionName(
        Section(
            ("skipmigrations", SettingType.Flag),
            ("host", SettingType.Text),
            ("port", SettingType.Int),
            ("user", SettingType.Text),
            ("password", SettingType.Text),
            ("dbname", SettingType.Text),
            ("maxopenconnections", SettingType.Int32),
            ("requiressl", SettingType.Flag)),
        "maxconnections",
        "maxopenconnections");

    private static SectionType Admin() => WithOptionName(
        Section(("enabled", SettingType.Flag), ("macaroonpath", SettingType.Text), ("corsorigins", SettingType.TextList)),
        "corsorigin",
        "corsorigins");

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
        ("sessionidletimeout", SettingType.Int)) with { Deciding = ["disable", "enablempp"] };

    private static SectionType Section(params (string Key, SettingType Type)[] keys)
    {
        var types = new Dictionary<string, SettingType>(StringComparer.Ordinal);
        foreach (var (key, type) in keys)
        {
            types.Add(key, type);
        }

        return new SectionType(types, new Dictionary<string, string>(StringComparer.Ordinal));
    }

    private static SectionType WithOptionName(SectionType section, string option, string key) =>
        section with { OptionNames = new Dictionary<string, string>(StringComparer.Ordinal) { [option] = key } };
}
