using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Edit;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Routing;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>Closes services of a file.</summary>
internal static class FileClosing
{
    /// <summary>The plan; null when no denied service is open.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="file">The current file.</param>
    /// <param name="rows">The rows that precede it.</param>
    /// <param name="isLoaded">Whether Aperture is known to have loaded it. If not, a service closed in the file may still be open.</param>
    /// <param name="closing">The services to close.</param>
    /// <param name="origins">Which services were made here; the others keep their text.</param>
    public static RolloutPlan? Plan(string gateway, LiveFile file, LiveRows rows, bool isLoaded, GatewayClosing closing, ServiceOrigins origins)
    {
        var open = (rows.Listed ?? rows.Stored ?? []).Where(closing.Closes).ToArray();

        // If the list was read, it shows which services are open, regardless of what was loaded.
        var isShown = isLoaded || rows.Listed is not null;
        var isFileClosed = !file.Services.Any(service => (isShown ? closing.Closes(service) : closing.Denies(service)) && (file.IsEditable || !rows.HoldClosed(service.Name)));
        if (isFileClosed && open.Length == 0 && (isShown || !MayServeAbsent(file, closing, origins)))
        {
            return null;
        }

        var hash = file.ContentHash;

        var closed = ClosedServices.Close(file.Services, service => closing.Closes(service));
        var changes = RolloutPlanner.Compare(file.Services, closed);
        var named = new HashSet<string>(changes.Select(change => change.Name), System.StringComparer.Ordinal);
        var plan = new RolloutPlan
        {
            Gateway = gateway,
            CurrentConfigHash = isLoaded ? hash : null,
            ConfigHash = hash,
            Examples = open.Length == 0 ? new RequestExamples(file.Services, closed) : null,
            Changes = [.. changes, .. open.Where(service => named.Add(service.Name)).Select(service => new ServiceChange { Name = service.Name, Kind = ServiceChangeKind.Closed, Holders = HolderAccess.Suspended, Members = MemberChanges.Between(service, service.Closed()) })],
        };
        try
        {
            var after = Close(file, closing, origins);
            return plan with { ConfigHash = after.ContentHash, Diagnostics = FileRefusals.FindLostComments(file, after) is { } lost ? [lost] : [] };
        }
        catch (ApertureConfigFormatException e)
        {
            // The admin API still closes them. Their rows replace the services of the file.
            var refusal = RolloutRefusals.ForFile(e);
            return plan with { Diagnostics = [rows.Listed is null ? refusal : refusal with { Severity = DiagnosticSeverity.Warn }] };
        }
    }

    /// <summary>
    /// Whether Aperture may still serve a denied service that is no longer in the file. Only a load of the file then
    /// shows that it is closed. A file without a record, and without services of others to close, never sold here.
    /// </summary>
    private static bool MayServeAbsent(LiveFile file, GatewayClosing closing, ServiceOrigins origins)
    {
        if (!origins.IsRecorded && !origins.IsRecordAbsent)
        {
            return true;
        }

        if (closing.IsEverything)
        {
            return origins.IsRecorded || closing.IncludesOthers;
        }

        var present = new HashSet<string>(file.Services.Select(static service => service.Name), System.StringComparer.Ordinal);
        return origins.RecordedNames.Any(name => !present.Contains(name) && closing.Decide(new GatewayService { Name = name }, null) != CloseDecision.Keep);
    }

    /// <summary>The file with denied services closed; the same when none of them is open.</summary>
    /// <exception cref="ApertureConfigFormatException">Its services cannot be closed.</exception>
    public static LiveFile Close(LiveFile file, GatewayClosing closing, ServiceOrigins origins) =>
        file.Services.Any(service => closing.Closes(service))
            ? LiveFile.FromBytes(ServicesClosing.Close(file, service => closing.Closes(service), service => KeepsText(service, closing, origins), closing.Cause))
            : file;

    /// <summary>The same without the text of others, for a disk without room for it; null where that is not shorter.</summary>
    public static LiveFile? CloseWithoutText(LiveFile file, LiveFile closed, GatewayClosing closing) =>
        LiveFile.FromBytes(ServicesClosing.Close(file, service => closing.Closes(service), cause: closing.Cause)) is var bare && bare.Bytes.Length < closed.Bytes.Length ? bare : null;

    /// <summary>Closed services of others whose text is not in the closed file.</summary>
    public static IReadOnlyList<GatewayService> FindUnkept(LiveFile file, LiveFile closed, GatewayClosing closing, ServiceOrigins origins)
    {
        var items = ServiceItems.Find(closed.Unmarked);
        return file.Services
            .Where((service, place) => closing.Closes(service) && KeepsText(service, closing, origins)
                && (items is null || items.Texts.Count != file.Services.Count || KeptText.Find(items.Texts[place], closing.Cause) is null))
            .ToArray();
    }

    private static bool KeepsText(GatewayService service, GatewayClosing closing, ServiceOrigins origins) =>
        (closing.IncludesOthers || !origins.IsRecorded) && !origins.IsMadeHere(service.Name);
}
