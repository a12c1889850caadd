using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace LightningOps.ControlPlane;

/// <summary>
/// Keeps the head of the journal outside the store: each entry is also sent to journald, if it runs, by its native
/// protocol (docs/reference/control-plane.md#journal).
/// </summary>
internal sealed class JournaldSocket
{
    private const string DefaultPath = "/run/systemd/journal/socket";

    // LOG_NOTICE of syslog.
    private const string Notice = "5";
    private readonly string path;

    /// <param name="path">The socket; null for systemd's own.</param>
    public JournaldSocket(string? path = null) => this.path = path ?? DefaultPath;

    /// <summary>Sends an entry.</summary>
    /// <returns>Why it could not be sent; null if it was sent, or there is no journald.</returns>
    public string? TrySend(JournalEntry entry)
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows) || !File.Exists(path))
        {
            return null;
        }

        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
            socket.SendTo(Format(entry), new UnixEndPoint(path));
            return null;
        }
        catch (Exception failure) when (failure is SocketException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return failure.Message;
        }
    }

    /// <summary>The fields of the entry, one per line. A value of several lines is preceded by its length.</summary>
    internal static byte[] Format(JournalEntry entry)
    {
        using var buffer = new MemoryStream();
        foreach (var (name, value) in GetFields(entry))
        {
            var text = Encoding.UTF8.GetBytes(value);
            if (value.IndexOf('\n') < 0)
            {
                Write(Encoding.ASCII.GetBytes(name + "="));
            }
            else
            {
                Write(Encoding.ASCII.GetBytes(name + "\n"));
                for (var shift = 0; shift < 64; shift += 8)
                {
                    buffer.WriteByte((byte)((ulong)text.Length >> shift));
                }
            }

            Write(text);
            buffer.WriteByte((byte)'\n');
        }

        return buffer.ToArray();

        void Write(byte[] bytes) => buffer.Write(bytes, 0, bytes.Length);
    }

    private static IEnumerable<(string Name, string Value)> GetFields(JournalEntry entry)
    {
        // The message contains no text of others, because it is searched for heads.
        yield return ("MESSAGE", entry.Head + " " + entry.Kind + " " + entry.Result);
        yield return ("PRIORITY", Notice);
        yield return ("SYSLOG_IDENTIFIER", "lightningops");
        yield return ("LIGHTNINGOPS_HEAD", entry.Head.ToString());
        yield return ("LIGHTNINGOPS_ACTION", entry.Action);
        yield return ("LIGHTNINGOPS_WHO", entry.Who);
        yield return ("LIGHTNINGOPS_GATEWAY", entry.Gateway ?? "none");
        yield return ("LIGHTNINGOPS_CONTROL_PLANE", entry.Deed.ControlPlane ?? "not known");
    }

    /// <summary>The address of a Unix domain socket, a type that .NET Standard 2.0 lacks.</summary>
    private sealed class UnixEndPoint : EndPoint
    {
        private readonly byte[] name;

        public UnixEndPoint(string path) => name = Encoding.UTF8.GetBytes(path);

        public override AddressFamily AddressFamily => AddressFamily.Unix;

        public override SocketAddress Serialize()
        {
            // sun_family, the path and its terminator.
            var address = new SocketAddress(AddressFamily.Unix, 2 + name.Length + 1);
            for (var place = 0; place < name.Length; place++)
            {
                address[2 + place] = name[place];
            }

            address[2 + name.Length] = 0;
            return address;
        }
    }
}
