using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Edit;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Planning;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// A file with the services of a roll-out in the place of those made here. The others keep their text and their order, and
/// stand behind the service of ours they stood behind; new services of ours come after them where nothing else says so. A
/// service of ours that is already as desired keeps its text; of one whose price alone changes, only the price is written. A file that
/// needs no change keeps every byte.
/// </summary>
internal sealed class FileMerge
{
    private const int MaxNames = 20;
    private const string Remedy = "Write each service out as an item of its own in block style under services, without anchors and aliases, or remove the others with -Prune.";
    private readonly LiveFile file;
    private readonly GatewayRollout rollout;
    private readonly LiveFiles files;
    private readonly HashSet<string> desiredNames;
    private readonly int[] others;
    private readonly HashSet<int> otherPlaces = new();
    private readonly bool isRendered;
    private int[]? standing;
    private int[]? repriced;
    private IReadOnlyList<GatewayService>? desiredServices;
    private ILookup<string, int>? filePlaces;
    private bool keepsText;
    private LiveFile? result;
    private byte[]? bytes;
    private IReadOnlyList<Diagnostic>? conflicts;

    /// <param name="file">The current file.</param>
    /// <param name="rollout">The roll-out.</param>
    /// <param name="origins">Which services were made here; one with the name of a rule is ours, too.</param>
    /// <param name="files">Reads the result; null for a separate reader.</param>
    /// <param name="isRendered">Whether the services of the file are known to be an exact rendering of ours.</param>
    public FileMerge(LiveFile file, GatewayRollout rollout, ServiceOrigins origins, LiveFiles? files = null, bool isRendered = false)
    {
        this.isRendered = isRendered;
        this.files = files ?? new LiveFiles();
        this.file = file;
        this.rollout = rollout;
        desiredNames = new HashSet<string>(rollout.Rules.Select(rule => rule.ServiceName), StringComparer.Ordinal);
        others = rollout.Prune
            ? []
            : Enumerable.Range(0, file.Services.Count).Where(place => !desiredNames.Contains(file.Services[place].Name) && !origins.IsMadeHere(file.Services[place].Name)).ToArray();
    }

    /// <summary>The resulting file.</summary>
    /// <exception cref="ApertureConfigFormatException">The file cannot be written without changing the text of others.</exception>
    /// <exception cref="ArgumentException">The artifact is not a rendering for Aperture.</exception>
    public LiveFile Result => result ??= ChangesNothing() ? KeepFile() : others.Length > 0 ? Merge() : isRendered ? files.Keep(file.ReadWith(rollout.Artifact, ResultBytes)) : MergeKept() ?? files.FromBytes(file.With(rollout.Artifact));

    /// <summary>The bytes of <see cref="Result" />. Without others they are known before they are read back.</summary>
    /// <exception cref="ApertureConfigFormatException">The file cannot be written without changing the text of others.</exception>
    /// <exception cref="ArgumentException">The artifact is not a rendering for Aperture.</exception>
    public byte[] ResultBytes => bytes ??= others.Length == 0 && isRendered ? file.With(rollout.Artifact) : Result.Bytes;

    /// <summary>Whether the file has services in another spelling than a compile's; false when that is not known.</summary>
    public bool HasOtherSpelling
    {
        get
        {
            try
            {
                return file.Services.Count > 0 && (!file.Has(Result.Bytes) || keepsText);
            }
            catch (Exception unwritable) when (unwritable is ApertureConfigFormatException or ArgumentException)
            {
                return false;
            }
        }
    }

    /// <summary>Whether a service of the result was not made here, by its place.</summary>
    public bool IsOther(int place) => otherPlaces.Contains(place);

    /// <summary>Its changes, services of ours first.</summary>
    /// <param name="effective">Returns the live services for these services of the file; rows of Aperture's database
    /// take precedence.</param>
    public IReadOnlyList<ServiceChange> GetChanges(Func<IReadOnlyList<GatewayService>, IReadOnlyList<GatewayService>> effective)
    {
        var isOther = new HashSet<int>(others);
        var changes = RolloutPlanner.Compare(effective(file.Services.Where((_, place) => !isOther.Contains(place)).ToArray()), DesiredServices.From(rollout.Rules, withExtras: true));
        return others.Length == 0 || !ChangesOthers ? changes : [.. changes, .. GetChangesOfOthers()];
    }

    /// <summary>
    /// Services of ours whose text in the file is overwritten with other members, although what is live of them is as desired in these
    /// members: a row of Aperture's database is served instead of the text.
    /// </summary>
    /// <param name="effective">Returns the live services for these services of the file.</param>
    public IReadOnlyList<ServiceChange> FindReplacedTexts(Func<IReadOnlyList<GatewayService>, IReadOnlyList<GatewayService>> effective)
    {
        var live = new Dictionary<string, GatewayService>(StringComparer.Ordinal);
        foreach (var service in effective(file.Services.Where(service => desiredNames.Contains(service.Name)).ToArray()))
        {
            live[service.Name] = service;
        }

        var replaced = new List<ServiceChange>();
        foreach (var desired in Desired.Where(static service => !service.IsClosed))
        {
            if (Places[desired.Name].ToArray() is { Length: 1 } places && file.Services[places[0]] is { IsClosed: false } written && live.TryGetValue(desired.Name, out var served) && !ReferenceEquals(served, written))
            {
                var changed = new HashSet<string>(MemberChanges.Between(served, desired).Select(static member => member.Member), StringComparer.Ordinal);
                var members = MemberChanges.Between(written, desired).Where(member => !changed.Contains(member.Member)).ToArray();
                if (members.Length > 0)
                {
                    replaced.Add(new ServiceChange { Name = desired.Name, Kind = ServiceChangeKind.Changed, Members = members });
                }
            }
        }

        return replaced;
    }

    /// <summary>The check of the resulting file, once made.</summary>
    public ApertureConfigReport? Report { get; set; }

    /// <summary>Services of others that would take requests of ours: an error if ours is new there, else a warning.</summary>
    public IReadOnlyList<Diagnostic> GetConflicts() => conflicts ??= FindConflicts().ToArray();

    /// <summary>Whether it is the same merge, so that the findings apply to both.</summary>
    public bool IsLike(FileMerge other) =>
        ReferenceEquals(file, other.file) && rollout == other.rollout && isRendered == other.isRendered && others.SequenceEqual(other.others);

    /// <summary>Whether the file stays unchanged: it has the services in their order, and nothing is closed or restored.</summary>
    public bool KeepsFile
    {
        get
        {
            try
            {
                return file.Has(Result.Bytes);
            }
            catch (Exception unwritable) when (unwritable is ApertureConfigFormatException or ArgumentException)
            {
                return false;
            }
        }
    }

    private IEnumerable<Diagnostic> FindConflicts()
    {
        if (others.Length == 0)
        {
            yield break;
        }

        var desired = DesiredServices.From(rollout.Rules, withExtras: false);
        var overlaps = ServiceOverlaps.Compute(file.Services.Concat(desired));
        var byMatch = desired.Select((service, place) => (service, place)).ToLookup(one => overlaps.GetMatch(one.service));
        var slots = FindSlots();
        for (var number = 0; number < others.Length; number++)
        {
            var other = file.Services[others[number]];
            var behind = overlaps.GetOverlapping(overlaps.GetMatch(other)).Distinct().SelectMany(match => byMatch[match]).Where(one => one.place >= slots[number]).OrderBy(one => one.place).Select(one => one.service).ToArray();
            var standing = behind.Where(service => StoodBehind(service, others[number])).ToArray();
            var added = behind.Except(standing).ToArray();
            if (added.Length > 0)
            {
                yield return RolloutRefusals.Create(Code, "Service " + other.Name + ", which was not made here, would stand before " + GetNames(added) + " and may take its requests: remove it, narrow it, or prune it");
            }

            if (standing.Length > 0)
            {
                yield return new Diagnostic { Code = Code, Severity = DiagnosticSeverity.Warn, Message = "Service " + other.Name + ", which was not made here, stands before " + GetNames(standing) + " and may take its requests" };
            }
        }
    }

    private const string Code = "foreign_service_before";

    private bool ChangesOthers => rollout.CloseOthers || !rollout.IsPaused;

    private static string GetNames(IReadOnlyCollection<GatewayService> services) =>
        string.Join(", ", services.Take(MaxNames).Select(service => service.Name)) + (services.Count > MaxNames ? ", \u2026" : string.Empty);

    private bool StoodBehind(GatewayService service, int other)
    {
        for (var place = other + 1; place < file.Services.Count; place++)
        {
            if (file.Services[place].Name == service.Name)
            {
                return MemberChanges.HasSameMatch(file.Services[place], service);
            }
        }

        return false;
    }

    private IEnumerable<ServiceChange> GetChangesOfOthers()
    {
        LiveFile after;
        try
        {
            after = Result;
        }
        catch (ApertureConfigFormatException)
        {
            // The plan is refused because of it.
            return [];
        }

        var kept = after.Services.Where(service => !desiredNames.Contains(service.Name)).ToArray();
        return others.SelectMany((place, number) => RolloutPlanner.Compare([file.Services[place]], [kept[number]])).ToArray();
    }

    private LiveFile KeepFile()
    {
        otherPlaces.UnionWith(others);
        keepsText = others.Length == 0 && file.ConfigHash != rollout.ConfigHash;
        return file;
    }

    /// <summary>
    /// Whether the file is as desired. A file without a hash cannot be recorded as loaded. Closed services are
    /// rewritten, because their other members may have been kept for a later roll-out.
    /// </summary>
    private bool ChangesNothing() =>
        !isRendered && file.ConfigHash is not null && rollout.Rules.Count > 0 && !rollout.CloseOthers
        && !others.Any(place => file.Services[place].IsClosed)
        && file.Services.Count == others.Length + rollout.Rules.Count
        && FindStanding().SequenceEqual(Enumerable.Range(0, file.Services.Count).Except(others));

    /// <summary>Where a service of ours stands of which only the price changes; -1 for the others.</summary>
    private int[] FindRepriced()
    {
        if (repriced is not null)
        {
            return repriced;
        }

        var stands = FindStanding();
        var places = Places;
        return repriced = Desired.Select((desired, place) =>
            stands[place] < 0 && !desired.IsClosed && places[desired.Name].ToArray() is { Length: 1 } found && file.Services[found[0]] is { IsClosed: false } served
            && MemberChanges.Between(served, desired) is { Count: 1 } changes && changes[0].Member == "price" ? found[0] : -1).ToArray();
    }

    private IReadOnlyList<GatewayService> Desired => desiredServices ??= DesiredServices.From(rollout.Rules, withExtras: true);

    private ILookup<string, int> Places => filePlaces ??= file.Services.Select((service, place) => (service.Name, Place: place)).ToLookup(static one => one.Name, static one => one.Place, StringComparer.Ordinal);

    /// <summary>Where each service of ours stands in the file as it is to be; -1 where it is new, changed, closed or there twice.</summary>
    private int[] FindStanding()
    {
        if (standing is not null)
        {
            return standing;
        }

        var places = Places;
        return standing = Desired.Select(desired =>
            !desired.IsClosed && places[desired.Name].ToArray() is { Length: 1 } found && MemberChanges.Between(file.Services[found[0]], desired).Count == 0 ? found[0] : -1).ToArray();
    }

    /// <summary>
    /// The merge of a file without others; null if its services are not written one by one, so that all of them are
    /// replaced.
    /// </summary>
    private LiveFile? MergeKept()
    {
        if (!FindStanding().Concat(FindRepriced()).Any(static place => place >= 0))
        {
            return null;
        }

        try
        {
            return Merge();
        }
        catch (ApertureConfigFormatException)
        {
            keepsText = false;
            return null;
        }
    }

    private LiveFile Merge()
    {
        if (FindRepriced().Any(static place => place >= 0))
        {
            try
            {
                return Merge(FindRepriced());
            }
            catch (ApertureConfigFormatException)
            {
                // A price that is written another way, or that other services refer to: its service is written anew.
                keepsText = false;
                otherPlaces.Clear();
            }
        }

        return Merge(null);
    }

    private LiveFile Merge(int[]? repriced)
    {
        file.RequireEditable();
        var text = file.Unmarked;
        var lineEnd = ServicesSplice.GetLineEnding(text);
        var items = ServiceItems.Find(text);
        if (items is null || items.Texts.Count != file.Services.Count)
        {
            throw Failure();
        }

        var ours = GetOurs(items, lineEnd);
        var standing = FindStanding();
        var slots = FindSlots();
        var merged = new List<string>();
        var expected = new List<(string Name, GatewayService? Kept)>();
        for (int place = 0, number = 0; place <= ours.Count; place++)
        {
            for (; number < others.Length && slots[number] <= place; number++)
            {
                var (kept, isChanged) = Keep(items, others[number], lineEnd);
                otherPlaces.Add(merged.Count);
                merged.Add(kept);
                expected.Add((file.Services[others[number]].Name, isChanged ? null : file.Services[others[number]]));
            }

            if (place < ours.Count)
            {
                var isKept = standing[place] >= 0;
                var edited = repriced is not null && repriced[place] >= 0 ? PriceText.Replace(items.Texts[repriced[place]], rollout.Rules[place].PriceSats) : null;
                merged.Add(isKept ? items.Texts[standing[place]] : edited ?? ours[place]);
                expected.Add((rollout.Rules[place].ServiceName, isKept ? file.Services[standing[place]] : edited is null ? null : Desired[place]));
                keepsText |= (isKept || edited is not null) && merged[merged.Count - 1] != ours[place];
            }
        }

        var block = rollout.IsPaused || rollout.CloseOthers ? null : KeptBlock.Take(items.Texts, merged, KeptText.GlobalPause);
        var after = items.With(merged, lineEnd);
        Verify(after, expected);
        var result = files.FromBytes(file.WithText(after));
        return block is null ? result : KeptBlock.PutBack(result, block);
    }

    /// <summary>The services of the artifact in the spelling of this file.</summary>
    private IReadOnlyList<string> GetOurs(ServiceItems items, string lineEnd)
    {
        if (rollout.Rules.Count == 0)
        {
            return [];
        }

        var artifact = ServiceItems.Find(ServicesArtifact.GetBlock(Encoding.UTF8.GetString(rollout.Artifact.ToArray())));
        return artifact is not null && artifact.Texts.Count == rollout.Rules.Count
            ? artifact.Texts.Select(text => items.Adapt(text, artifact.Indent, lineEnd)).ToArray()
            : throw Failure();
    }

    /// <summary>The service of ours that each other service precedes.</summary>
    private int[] FindSlots()
    {
        var desiredPlaces = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var place = 0; place < rollout.Rules.Count; place++)
        {
            desiredPlaces[rollout.Rules[place].ServiceName] = place;
        }

        var slots = new int[others.Length];
        var slot = 0;
        for (int place = 0, number = 0; number < others.Length; place++)
        {
            if (place == others[number])
            {
                slots[number++] = slot;
            }
            else if (desiredPlaces.TryGetValue(file.Services[place].Name, out var desired))
            {
                slot = Math.Max(slot, desired + 1);
            }
        }

        return slots;
    }

    private (string Text, bool IsChanged) Keep(ServiceItems items, int place, string lineEnd)
    {
        var text = items.Texts[place];
        var service = file.Services[place];
        return rollout.CloseOthers && !service.IsClosed ? (KeptText.Close(text, ServicesClosing.Write(items, service, lineEnd), lineEnd, KeptText.GlobalPause), true)
            : !rollout.IsPaused && KeptText.Find(text, KeptText.GlobalPause) is { } kept ? (kept, true)
            : (text, false);
    }

    /// <summary>Reads the text back and checks that the others and the rest of the file mean the same.</summary>
    private void Verify(string after, IReadOnlyList<(string Name, GatewayService? Kept)> expected)
    {
        var services = files.FromBytes(Encoding.UTF8.GetBytes(after)).Services;
        if (services.Count != expected.Count
            || expected.Where((one, place) => one.Name != services[place].Name || (one.Kept is { } kept && MemberChanges.Between(kept, services[place]).Count > 0)).Any()
            || GetFingerprint(after) != GetFingerprint(file.Unmarked))
        {
            throw Failure();
        }
    }

    private static ulong GetFingerprint(string text)
    {
        var locator = new ServicesLocator(text);
        locator.Locate();
        return locator.Others;
    }

    private static ApertureConfigFormatException Failure() => new("services that were not made here cannot keep their text beside those of the roll-out", Remedy, 1, 1);
}
