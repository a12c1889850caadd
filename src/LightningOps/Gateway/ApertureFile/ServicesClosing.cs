using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Check;
using LightningOps.ApertureYaml.Edit;
using LightningOps.Gateway.Planning;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// Closes services of an aperture.yaml in place. Others keep their text. If services are not written one by one, the
/// others keep their meaning, event by event, and are written as by the compile. The rest of the file is not touched.
/// </summary>
internal static class ServicesClosing
{
    private const string Key = "services";
    private const string Remedy = "Write each service as its own mapping under services, without anchors and aliases.";
    private static readonly EmitterSettings Style = EmitterSettings.Default.WithBestWidth(int.MaxValue).WithIndentedSequences().WithNewLine("\n");

    /// <summary>The bytes of the file with services closed.</summary>
    /// <param name="file">The file.</param>
    /// <param name="closes">Selects the services to close.</param>
    /// <param name="keepsText">Selects those that keep their text in a comment; null for none.</param>
    /// <param name="cause">Reason for the close, written above the kept text.</param>
    /// <exception cref="ApertureConfigFormatException">They cannot be closed without another change.</exception>
    public static byte[] Close(LiveFile file, Func<GatewayService, bool> closes, Func<GatewayService, bool>? keepsText = null, string cause = KeptText.GlobalPause)
    {
        file.RequireEditable();
        var places = file.Services.Select(closes).ToArray();
        return CloseInPlace(file, places, keepsText, cause) ?? (keepsText is null ? null : CloseSpreadOut(file, places, keepsText, cause)) ?? Rewrite(file, places);
    }

    /// <summary>The text of the closed service among others.</summary>
    /// <param name="items">The others.</param>
    /// <param name="service">The service to close.</param>
    /// <param name="lineEnd">Line end of the file.</param>
    public static string Write(ServiceItems items, GatewayService service, string lineEnd)
    {
        var written = ServiceItems.Find(Encoding.UTF8.GetString(Write([GetEvents(service.Closed())])))!;
        return items.Adapt(written.Texts[0], written.Indent, lineEnd);
    }

    /// <summary>The file with changes only in the text of closed services; null if the services are not written one by one.</summary>
    private static byte[]? CloseInPlace(LiveFile file, bool[] places, Func<GatewayService, bool>? keepsText, string cause)
    {
        try
        {
            var text = file.Unmarked;
            if (ServiceItems.Find(text) is not { } items || items.Texts.Count != file.Services.Count)
            {
                return null;
            }

            var lineEnd = ServicesSplice.GetLineEnding(text);
            var closed = items.Texts.Select((item, place) => !places[place] ? item
                : keepsText?.Invoke(file.Services[place]) == true ? KeptText.Close(item, Write(items, file.Services[place], lineEnd), lineEnd, cause)
                : Write(items, file.Services[place], lineEnd));
            var bytes = file.WithText(items.With(closed, lineEnd));
            Verify(Close(file, places), LiveFile.FromBytes(bytes).Services);
            return bytes;
        }
        catch (ApertureConfigFormatException)
        {
            return null;
        }
    }

    /// <summary>Services that are not written one by one are first written so, for a text to keep; null where they cannot be.</summary>
    private static byte[]? CloseSpreadOut(LiveFile file, bool[] places, Func<GatewayService, bool> keepsText, string cause)
    {
        try
        {
            var items = GetItems(file.Unmarked);
            if (items.Count != places.Length)
            {
                return null;
            }

            var spread = LiveFile.FromBytes(file.With(Write(items)));
            Verify(file.Services, spread.Services);
            return CloseInPlace(spread, places, keepsText, cause) is { } closed ? KeptBlock.Add(LiveFile.FromBytes(closed), file, cause).Bytes : null;
        }
        catch (ApertureConfigFormatException)
        {
            return null;
        }
    }

    private static byte[] Rewrite(LiveFile file, bool[] places)
    {
        var items = GetItems(file.Unmarked);
        if (items.Count != places.Length)
        {
            throw Failure();
        }

        var closed = file.With(Write(items.Select((item, place) => places[place] ? GetEvents(file.Services[place].Closed()) : item)));
        Verify(Close(file, places), LiveFile.FromBytes(closed).Services);
        return closed;
    }

    private static GatewayService[] Close(LiveFile file, bool[] places) =>
        file.Services.Select((service, place) => places[place] ? service.Closed() : service).ToArray();

    /// <summary>The events of each service.</summary>
    private static List<List<ParsingEvent>> GetItems(string text)
    {
        var items = new List<List<ParsingEvent>>();
        var events = new ConfigEvents(text);
        while (events.Current is not (MappingStart or StreamEnd))
        {
            events.Read();
        }

        events.Read();
        while (events.Current is not (MappingEnd or StreamEnd))
        {
            var key = ReadNode(events);
            if (key.Count == 1 && key[0] is Scalar { Value: Key } && events.Current is SequenceStart)
            {
                ReadItems(events, items);
            }
            else
            {
                ReadNode(events);
            }
        }

        return items;
    }

    private static void ReadItems(ConfigEvents events, List<List<ParsingEvent>> items)
    {
        events.Read();
        while (events.Current is not SequenceEnd)
        {
            items.Add(ReadNode(events));
        }

        events.Read();
    }

    private static List<ParsingEvent> ReadNode(ConfigEvents events)
    {
        var node = new List<ParsingEvent> { events.ReadNode() };
        for (var depth = node[0].NestingIncrease; depth > 0;)
        {
            var taken = events.Read();
            depth += taken.NestingIncrease;
            node.Add(taken);
        }

        return node;
    }

    /// <summary>The closed service as the compile renders it (docs/reference/aperture.md#closed-service).</summary>
    private static List<ParsingEvent> GetEvents(GatewayService service)
    {
        var events = new List<ParsingEvent> { new MappingStart() };
        Add(events, "name", service.Name, YamlScalar.IsPlain(service.Name) ? ScalarStyle.Plain : ScalarStyle.SingleQuoted);
        Add(events, MemberChanges.HostRegexp, service.HostRegexp, ScalarStyle.SingleQuoted);
        Add(events, MemberChanges.PathRegexp, service.PathRegexp, ScalarStyle.SingleQuoted);
        Add(events, "address", service.Address, ScalarStyle.Plain);
        Add(events, "protocol", service.Protocol, ScalarStyle.Plain);
        Add(events, "auth", service.Auth, ScalarStyle.DoubleQuoted);
        events.Add(new MappingEnd());
        return events;
    }

    /// <summary>Sets a member; a missing one stays missing.</summary>
    private static void Add(List<ParsingEvent> events, string member, string value, ScalarStyle style)
    {
        if (value.Length > 0)
        {
            events.Add(new Scalar(member));
            events.Add(new Scalar(AnchorName.Empty, TagName.Empty, value, style, isPlainImplicit: true, isQuotedImplicit: true));
        }
    }

    private static byte[] Write(IEnumerable<List<ParsingEvent>> items)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(text, Style);
        ParsingEvent[] opening = [new StreamStart(), new DocumentStart(null, null, isImplicit: true), new MappingStart(), new Scalar(Key), new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block)];
        ParsingEvent[] ending = [new SequenceEnd(), new MappingEnd(), new DocumentEnd(isImplicit: true), new StreamEnd()];
        foreach (var written in opening.Concat(items.SelectMany(item => item)).Concat(ending))
        {
            emitter.Emit(written);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Reads the file back and checks that other services are unchanged.</summary>
    private static void Verify(IReadOnlyList<GatewayService> wanted, IReadOnlyList<GatewayService> written)
    {
        if (written.Count != wanted.Count || wanted.Where((service, place) => service.Name != written[place].Name || MemberChanges.Between(service, written[place]).Count > 0).Any())
        {
            throw Failure();
        }
    }

    private static ApertureConfigFormatException Failure() => new("the services cannot be closed one by one", Remedy, 1, 1);
}
