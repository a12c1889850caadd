using System;
using System.Collections.Specialized;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using LightningOps.Compile;

namespace LightningOps.PowerShell.Binding;

/// <summary>
/// The members of a settlement or an invoice that went through CSV, JSON or a job: names as .NET writes them, numbers
/// perhaps as texts, missing values as empty texts.
/// </summary>
internal static class SettlementCopy
{
    private const string Record = "Settlement";
    private const string Metadata = "Metadata";
    private const string Status = "Status";
    private static readonly string[] Ids = ["SettlementId", "InvoiceId"];
    private static readonly string[] Numbers = ["AmountMsats", "SettledAtMs", "CreatedAtMs"];
    private static readonly string[] Texts = ["SettlementId", "InvoiceId", "PaywallId", "OwnerId", "PaymentHash", "PaymentRequest", "PaymentProofRef", "RequestId", "TaskId", "RouteId"];

    /// <summary>The members of an event; null for any other object.</summary>
    public static OrderedDictionary? Read(PSObject copy)
    {
        if (copy.BaseObject is not PSCustomObject || !copy.Properties.Any(static property => Ids.Contains(property.Name, StringComparer.Ordinal)))
        {
            return null;
        }

        var members = new OrderedDictionary();
        foreach (var name in Texts)
        {
            Add(members, name, Find(copy, name)?.ToString());
        }

        foreach (var name in Numbers)
        {
            var value = Find(copy, name)?.ToString();
            Add(members, name, long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : value);
        }

        Add(members, Status, Find(copy, Status) is { } status ? status is string text ? text.ToLowerInvariant() : System.Convert.ToInt64(status, CultureInfo.InvariantCulture) : null);
        Add(members, Metadata, Find(copy, Metadata) is { } metadata ? metadata is string json ? ReadJson(json) : metadata : null);
        return members;
    }

    private static object? Find(PSObject copy, string name)
    {
        var value = copy.Properties[name]?.Value ?? (copy.Properties[Record]?.Value as PSObject)?.Properties[name]?.Value;
        return value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
    }

    // A text that is not JSON stays a text, which the reader refuses.
    private static object ReadJson(string text) => JsonText.TryFrom(text, out var json) ? json : text;

    private static void Add(OrderedDictionary members, string name, object? value)
    {
        if (value is not (null or ""))
        {
            members.Add(name, value);
        }
    }
}
