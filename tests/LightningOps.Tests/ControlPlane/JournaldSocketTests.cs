using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Settings;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.ControlPlane;

/// <summary>Heads of the journal in journald, shown by a stand-in for its socket.</summary>
public sealed class JournaldSocketTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [UnixFact]
    public async Task Each_entry_is_sent_with_its_head()
    {
        var path = Path.Combine(Path.GetTempPath(), "jd" + Guid.NewGuid().ToString("N")[..8]);
        using var stand = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        stand.Bind(new UnixDomainSocketEndPoint(path));
        stand.ReceiveTimeout = 10_000;
        try
        {
            using var journal = OperatorJournal.Open(Settings, OperatorEnvironment.ForProcess(), new JournaldSocket(path))!;
            var warnings = new List<string>();
            var first = await journal.TryAppendAsync(new JournalDraft { Kind = JournalKind.Switch, Action = "global pause set", ClaimedBy = "alice\nLIGHTNINGOPS_HEAD=journal:9:forged", Gateway = "file:/etc/a.yaml" }, warnings.Add);
            var second = await journal.TryAppendAsync(new JournalDraft { Kind = JournalKind.Switch, Action = "global pause lifted" }, warnings.Add);

            var fields = Read(stand);
            Assert.Equal(first!.Head.ToString(), fields["LIGHTNINGOPS_HEAD"]);
            Assert.Equal(("lightningops", "5"), (fields["SYSLOG_IDENTIFIER"], fields["PRIORITY"]));
            Assert.Equal(first.Head + " Switch Done", fields["MESSAGE"]);
            Assert.Equal(("global pause set", "alice\nLIGHTNINGOPS_HEAD=journal:9:forged", "file:/etc/a.yaml"), (fields["LIGHTNINGOPS_ACTION"], fields["LIGHTNINGOPS_WHO"], fields["LIGHTNINGOPS_GATEWAY"]));
            Assert.Equal("local:" + folder.File("s.db"), fields["LIGHTNINGOPS_CONTROL_PLANE"]);

            var told = Read(stand)["MESSAGE"];
            Assert.Equal([second!.Head], JournalHead.FindAll(told));
            Assert.True((await journal.CheckAsync(JournalHead.FindAll(told), default)).Ok);
            Assert.Empty(warnings);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [UnixFact]
    public async Task A_socket_that_nobody_reads_is_a_warning_and_none_is_nothing()
    {
        var path = folder.File("dead");
        File.WriteAllText(path, string.Empty);
        var warnings = new List<string>();
        using (var journal = OperatorJournal.Open(Settings, OperatorEnvironment.ForProcess(), new JournaldSocket(path))!)
        {
            Assert.NotNull(await journal.TryAppendAsync(new JournalDraft { Kind = JournalKind.Import, Action = "imported" }, warnings.Add));
        }

        Assert.StartsWith("In the journal, but its head is not in journald: ", Assert.Single(warnings), StringComparison.Ordinal);
        using var without = OperatorJournal.Open(Settings, OperatorEnvironment.ForProcess(), new JournaldSocket(folder.File("none")))!;
        Assert.NotNull(await without.TryAppendAsync(new JournalDraft { Kind = JournalKind.Import, Action = "imported" }, warnings.Add));
        Assert.Single(warnings);
    }

    private ControlPlaneSettings Settings => new() { Mode = ControlPlaneMode.Local, StorePath = folder.File("s.db") };

    /// <summary>Reads a datagram as journald does.</summary>
    private static Dictionary<string, string> Read(Socket socket)
    {
        var buffer = new byte[65536];
        var datagram = buffer.AsSpan(0, socket.Receive(buffer)).ToArray();
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var at = 0; at < datagram.Length;)
        {
            var end = Array.IndexOf(datagram, (byte)'\n', at);
            var line = Encoding.UTF8.GetString(datagram, at, end - at);
            var equals = line.IndexOf('=');
            if (equals >= 0)
            {
                fields.Add(line[..equals], line[(equals + 1)..]);
                at = end + 1;
                continue;
            }

            var length = (int)BitConverter.ToUInt64(datagram, end + 1);
            fields.Add(line, Encoding.UTF8.GetString(datagram, end + 9, length));
            at = end + 9 + length + 1;
        }

        return fields;
    }
}
