using System.Collections.Generic;
using LightningOps.Paywalls;
using LightningOps.Paywalls.Decoding;

namespace LightningOps.ControlPlane.Decoding;

/// <summary>Reads the answers of the functions: a record, or a few, in an object (docs/reference/control-plane.md#functions).</summary>
internal static class AnswerDecoder
{
    private static readonly MemberNames PaywallsAnswer = new("paywalls");
    private static readonly MemberNames DeploymentAnswer = new("deployment");
    private static readonly MemberNames EventAnswer = new("event");
    private static readonly MemberNames InvoiceAnswer = new("changed", "invoice");
    private static readonly MemberNames SettlementAnswer = new("existed", "settlement", "invoice?");
    private static readonly MemberNames SecurityAnswer = new("global", "ownerControls", "credentialRoles?");
    private static readonly MemberNames GlobalAnswer = new("global");
    private static readonly MemberNames OwnerAnswer = new("ownerControl");
    private static readonly MemberNames RoleAnswer = new("role");

    public static IReadOnlyList<Paywall> ReadPaywalls(ref JsonCursor cursor) => ReadSingle<IReadOnlyList<Paywall>>(ref cursor, PaywallsAnswer, PaywallDecoder.ReadPaywalls);

    public static Deployment ReadDeployment(ref JsonCursor cursor) => ReadSingle(ref cursor, DeploymentAnswer, DeploymentDecoder.ReadDeployment);

    public static GatewayEvent ReadEvent(ref JsonCursor cursor) => ReadSingle(ref cursor, EventAnswer, DeploymentDecoder.ReadEvent);

    public static GlobalControl ReadGlobal(ref JsonCursor cursor) => ReadSingle(ref cursor, GlobalAnswer, SecurityDecoder.ReadGlobal);

    public static OwnerControl ReadOwner(ref JsonCursor cursor) => ReadSingle(ref cursor, OwnerAnswer, SecurityDecoder.ReadOwner);

    public static CredentialRoleState ReadRole(ref JsonCursor cursor) => ReadSingle(ref cursor, RoleAnswer, SecurityDecoder.ReadRole);

    public static InvoiceIngestResult ReadInvoice(ref JsonCursor cursor)
    {
        var changed = false;
        Invoice? invoice = null;
        var scan = new MemberScan(InvoiceAnswer);
        cursor.EnterObject();
        while (cursor.NextMember(ref scan))
        {
            switch (scan.Current)
            {
                case 0: changed = cursor.ReadFlag(); break;
                default: invoice = SettlementDecoder.ReadInvoice(ref cursor); break;
            }
        }

        return new InvoiceIngestResult { Changed = changed, Invoice = invoice! };
    }

    public static SettlementIngestResult ReadSettlement(ref JsonCursor cursor)
    {
        var existed = false;
        Settlement? settlement = null;
        Invoice? invoice = null;
        var scan = new MemberScan(SettlementAnswer);
        cursor.EnterObject();
        while (cursor.NextMember(ref scan))
        {
            switch (scan.Current)
            {
                case 0: existed = cursor.ReadFlag(); break;
                case 1: settlement = SettlementDecoder.ReadSettlement(ref cursor); break;
                default: invoice = SettlementDecoder.ReadInvoice(ref cursor); break;
            }
        }

        return new SettlementIngestResult { Existed = existed, Settlement = settlement!, Invoice = invoice };
    }

    public static SecurityState ReadSecurity(ref JsonCursor cursor)
    {
        GlobalControl? global = null;
        IReadOnlyList<OwnerControl> owners = [];
        IReadOnlyList<CredentialRoleState> roles = [];
        var scan = new MemberScan(SecurityAnswer);
        cursor.EnterObject();
        while (cursor.NextMember(ref scan))
        {
            switch (scan.Current)
            {
                case 0: global = Stricter(global, SecurityDecoder.ReadGlobal(ref cursor)); break;
                case 1: owners = [.. owners, .. ReadList(ref cursor, SecurityDecoder.ReadOwner)]; break;
                default: roles = ReadList(ref cursor, SecurityDecoder.ReadRole); break;
            }
        }

        return new SecurityState { Global = global!, OwnerControls = owners, CredentialRoles = roles };
    }

    /// <summary>The stricter of two states.</summary>
    private static GlobalControl Stricter(GlobalControl? first, GlobalControl second) => first is { GlobalPause: true } ? first : second;

    private static T ReadSingle<T>(ref JsonCursor cursor, MemberNames member, ValueDecoder<T> read)
        where T : class
    {
        T? record = null;
        var scan = new MemberScan(member);
        cursor.EnterObject();
        while (cursor.NextMember(ref scan))
        {
            record = read(ref cursor);
        }

        return record!;
    }

    private static T[] ReadList<T>(ref JsonCursor cursor, ValueDecoder<T> read)
    {
        var records = new List<T>();
        cursor.EnterArray();
        while (cursor.NextElement(records.Count))
        {
            records.Add(read(ref cursor));
        }

        return records.ToArray();
    }
}
