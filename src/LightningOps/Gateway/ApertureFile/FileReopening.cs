using System.Collections.Generic;
using System.Linq;
using System.Text;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Edit;
using LightningOps.Compile.Aperture;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>Reopens services of a file. Only their text changes.</summary>
internal static class FileReopening
{
    private const string Remedy = "Write each service out as an item of its own in block style under services, or run Sync-ApertureConfig.";

    /// <summary>The file with services reopened; the same if none of them is closed in it.</summary>
    /// <exception cref="ApertureConfigFormatException">The file cannot be written without changing the text of others.</exception>
    public static LiveFile Reopen(LiveFile file, GatewayReopening reopening)
    {
        var rules = file.Services.Select(reopening.FindRule).ToArray();
        var text = file.Unmarked;
        var isEdited = rules.Any(static rule => rule is not null) || file.Services.Any(service => service.IsClosed && reopening.IncludesKept(service.Name));
        if (isEdited)
        {
            file.RequireEditable();
        }

        var items = isEdited ? ServiceItems.Find(text) : null;
        if (items is null || items.Texts.Count != file.Services.Count)
        {
            return rules.All(static rule => rule is null) ? file : throw Failure();
        }

        var lineEnd = ServicesSplice.GetLineEnding(text);
        var open = ServiceItems.Find(ServicesArtifact.GetBlock(Encoding.UTF8.GetString(ApertureRenderer.Render(rules.OfType<Compile.CompiledRule>().ToArray()).ToArray())));
        var next = 0;
        var expected = new List<GatewayService?>();
        var texts = new List<string>();
        for (var place = 0; place < rules.Length; place++)
        {
            var kept = rules[place] is null && reopening.IncludesKept(file.Services[place].Name) ? KeptText.Find(items.Texts[place], reopening.Cause) : null;
            texts.Add(rules[place] is not null ? items.Adapt(open!.Texts[next++], open.Indent, lineEnd) : kept ?? items.Texts[place]);
            expected.Add(kept is not null ? null : reopening.Reopen(file.Services[place], withExtras: true) with { HostRegexp = rules[place]?.HostRegexp ?? file.Services[place].HostRegexp, PathRegexp = rules[place]?.PathRegexp ?? file.Services[place].PathRegexp });
        }

        var block = KeptBlock.Take(items.Texts, texts, reopening.Cause);
        var after = LiveFile.FromBytes(file.WithText(items.With(texts, lineEnd)));
        Verify(expected, file.Services, after.Services);
        return KeptBlock.PutBack(after, block);
    }

    /// <summary>Reads the file back and checks that other services are unchanged.</summary>
    private static void Verify(IReadOnlyList<GatewayService?> expected, IReadOnlyList<GatewayService> before, IReadOnlyList<GatewayService> written)
    {
        if (written.Count != expected.Count
            || expected.Where((service, place) => before[place].Name != written[place].Name || (service is not null && MemberChanges.Between(service, written[place]).Count > 0)).Any())
        {
            throw Failure();
        }
    }

    private static ApertureConfigFormatException Failure() => new("the services cannot be reopened one by one", Remedy, 1, 1);
}
