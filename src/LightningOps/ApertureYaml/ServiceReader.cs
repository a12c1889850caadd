using System.Collections.Generic;
using System.Globalization;
using LightningOps.ApertureYaml.Check;

namespace LightningOps.ApertureYaml;

/// <summary>
/// Reads the services of an aperture.yaml with the values Aperture reads. Members without a property become extras.
/// Equal values have one text, and members that Aperture ignores are left out.
/// </summary>
internal static class ServiceReader
{
    private static readonly HashSet<string> OwnMembers = new(System.StringComparer.Ordinal)
    {
        "name", "hostregexp", "pathregexp", "address", "protocol", "auth", "price",
    };

    /// <summary>The services in match order. Items that are not services are left out.</summary>
    public static IReadOnlyList<GatewayService> Read(Section settings)
    {
        var services = new List<GatewayService>();
        foreach (var section in settings.Sections("services"))
        {
            if (section is { IsUnreadable: false })
            {
                services.Add(Read(section, new List<string>()));
            }
        }

        return services;
    }

    private static GatewayService Read(Section section, List<string> extras)
    {
        AddExtras(string.Empty, section, ApertureSchema.Service, extras);
        return new GatewayService
        {
            Name = section.Text("name"),
            HostRegexp = section.Text("hostregexp"),
            PathRegexp = section.Text("pathregexp"),
            Address = section.Text("address"),
            Protocol = section.Text("protocol"),
            Auth = GatewayService.NormalizeAuth(section.Text("auth")),
            PriceSats = section.Number("price"),
            Extras = extras,
        };
    }

    private static void AddExtras(string prefix, Section section, SectionType type, List<string> extras)
    {
        foreach (var key in section.Keys)
        {
            if (prefix.Length > 0 || !OwnMembers.Contains(key))
            {
                AddExtra(prefix + key, key, section, type.Keys[key], extras);
            }
        }
    }

    private static void AddExtra(string name, string key, Section section, SettingType type, List<string> extras)
    {
        switch (type.Kind)
        {
            case SettingKind.Flag when section.Flag(key):
                extras.Add(name + "=true");
                break;
            case SettingKind.Number when section.Number(key) is not 0 and var number:
                extras.Add(name + "=" + number.ToString(CultureInfo.InvariantCulture));
                break;
            case SettingKind.Duration when section.Duration(key) is not 0 and var duration:
                extras.Add(name + "=" + GoDuration.Format(duration));
                break;
            case SettingKind.Text or SettingKind.NamedText when section.Text(key) is { Length: > 0 } text:
                extras.Add(name + "=" + (name == "authscheme" && text == "mpp+l402" ? "l402+mpp" : text));
                break;
            case SettingKind.TextMap:
                foreach (var item in section.Texts(key))
                {
                    extras.Add(name + "." + item.Key + "=" + item.Text);
                }

                break;
            case SettingKind.TextList:
                AddList(name, section.Texts(key), extras);
                break;
            case SettingKind.Section:
                AddExtras(name + ".", section.Child(key), type.Section!, extras);
                break;
            case SettingKind.SectionList:
                AddSections(name, section.Sections(key), type.Section!, extras);
                break;
        }
    }

    private static void AddList(string name, IReadOnlyList<TextItem> items, List<string> extras)
    {
        for (var i = 0; i < items.Count; i++)
        {
            extras.Add(name + "[" + i.ToString(CultureInfo.InvariantCulture) + "]=" + items[i].Text);
        }
    }

    private static void AddSections(string name, IReadOnlyList<Section?> sections, SectionType type, List<string> extras)
    {
        for (var i = 0; i < sections.Count; i++)
        {
            if (sections[i] is { } section)
            {
                AddExtras(name + "[" + i.ToString(CultureInfo.InvariantCulture) + "].", section, type, extras);
            }
        }
    }
}
