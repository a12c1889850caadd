using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Authoring;
using LightningOps.Json;
using LightningOps.Paywalls;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.Completion;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A cmdlet that sets members of a paywall. They are all checked together, with the compiler, before anything is stored.</summary>
public abstract class PaywallMembersCmdlet : AuthoringCmdlet
{
    private readonly HashSet<string> cleared = new(StringComparer.Ordinal);

    /// <summary>Price of one request, whole satoshis.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PriceTransformation]
    public long? PriceSats { get; set; }

    /// <summary>Price of one request, millisatoshis; Aperture asks for whole satoshis, rounded up.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("FixedAmountMsats")]
    [PriceTransformation]
    public long? PriceMsats { get; set; }

    /// <summary>Display name; host and path by default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Name { get; set; }

    /// <summary>Free text for people.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    public string? Description { get; set; }

    /// <summary>Owner of the paywall; that of Connect-LightningOps -OwnerId by default.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(OwnerIdCompleter))]
    [ValidateNotNullOrEmpty]
    [OwnerId]
    public string? OwnerId { get; set; }

    /// <summary>Active sells, Paused is closed at the gateway, Archived is left out of it.</summary>
    [Parameter]
    public PaywallStatus Status { get; set; }

    /// <summary>Maximum price of one request, millisatoshis; a higher price does not compile.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EmptyTransformation]
    public long? MaxPerRequestMsats { get; set; }

    /// <summary>Hosts the paywall may sell on; none allows any.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(HostNameCompleter))]
    public string[]? AllowedHosts { get; set; }

    /// <summary>Hosts the paywall must not sell on.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(HostNameCompleter))]
    public string[]? BlockedHosts { get; set; }

    /// <summary>Requests a minute for one credential; 0 closes the paywall.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EmptyTransformation]
    public long? QuotaPerMinute { get; set; }

    /// <summary>Requests a day for one credential; 0 closes the paywall.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EmptyTransformation]
    public long? QuotaPerDay { get; set; }

    /// <summary>Requests at once within the quota a minute.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EmptyTransformation]
    public long? QuotaPerMinuteBurst { get; set; }

    /// <summary>Requests at once within the quota a day.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EmptyTransformation]
    public long? QuotaPerDayBurst { get; set; }

    /// <summary>Credentials accepted: l402, mpp or l402+mpp; by default all that the gateway offers.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(AuthSchemeCompleter))]
    [AllowNull]
    public string? AuthScheme { get; set; }

    /// <summary>Seconds until a sold credential expires; never by default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EmptyTransformation]
    public long? CredentialLifetimeSeconds { get; set; }

    /// <summary>Free requests before payment, 1 to 65535, counted per network of clients.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EmptyTransformation]
    public long? Freebie { get; set; }

    /// <summary>Headers set on the upstream request, as a hashtable. A secret is a reference: ${NAME}, !file+hex:PATH or !file+base64:PATH.</summary>
    [Parameter]
    [AllowNull]
    public IDictionary? Headers { get; set; }

    /// <summary>Certificate file of the upstream, where Aperture runs.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    public string? TlsCertificatePath { get; set; }

    /// <summary>Path patterns that are free.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? WhitelistPaths { get; set; }

    /// <summary>Path patterns for which no invoice is made; without a credential they are answered 401.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? SkipInvoicePaths { get; set; }

    /// <summary>Words in a sold credential.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? Capabilities { get; set; }

    /// <summary>Names and values in a sold credential, as a hashtable.</summary>
    [Parameter]
    [AllowNull]
    public IDictionary? Constraints { get; set; }

    /// <summary>Price server, as a hashtable: GrpcAddress (host:port), Insecure, TlsCertificatePath (needed unless Insecure), Metered.</summary>
    [Parameter]
    [AllowNull]
    [DynamicPriceTransformation]
    public DynamicPrice? DynamicPrice { get; set; }

    /// <summary>Upstream timeout of the route, milliseconds; Aperture has none.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EmptyTransformation]
    public long? TimeoutMs { get; set; }

    /// <summary>Place of the route in the order: smaller numbers are matched first, at equal numbers the narrower pattern; 100 by default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EmptyTransformation]
    public long? Priority { get; set; }

    /// <summary>Data kept with the paywall, as a hashtable.</summary>
    [Parameter]
    [AllowNull]
    public object? Metadata { get; set; }

    /// <inheritdoc/>
    protected override Task BeginProcessingAsync(CancellationToken cancellationToken)
    {
        // A member is removed by -Member $null on the command line; an empty cell of a pipeline keeps it.
        foreach (var member in MyInvocation.BoundParameters)
        {
            if (member.Value is null or string[] { Length: 0 } or IDictionary { Count: 0 })
            {
                cleared.Add(member.Key);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>The given members.</summary>
    private protected PaywallMembers ReadMembers() => new()
    {
        Name = NullIfEmpty(Name),
        OwnerId = OwnerId,
        Description = NullIfEmpty(Description),
        Status = IsBound(nameof(Status)) ? Status : null,
        Metadata = Metadata is null ? null : JsonText.From(ArtifactJson.Serialize(ToJsonTree(Metadata))),
        PriceMsats = ReadPrice(),
        MaxPerRequestMsats = MaxPerRequestMsats,
        AllowedHosts = AllowedHosts is { Length: > 0 } ? AllowedHosts : null,
        BlockedHosts = BlockedHosts is { Length: > 0 } ? BlockedHosts : null,
        QuotaPerMinute = QuotaPerMinute,
        QuotaPerDay = QuotaPerDay,
        AuthScheme = NullIfEmpty(AuthScheme),
        CredentialLifetimeSeconds = CredentialLifetimeSeconds,
        Freebie = Freebie,
        Headers = ReadTexts(Headers),
        TlsCertificatePath = NullIfEmpty(TlsCertificatePath),
        WhitelistPaths = WhitelistPaths is { Length: > 0 } ? WhitelistPaths : null,
        SkipInvoicePaths = SkipInvoicePaths is { Length: > 0 } ? SkipInvoicePaths : null,
        Capabilities = Capabilities is { Length: > 0 } ? Capabilities : null,
        Constraints = ReadTexts(Constraints),
        DynamicPrice = DynamicPrice,
        QuotaPerMinuteBurst = QuotaPerMinuteBurst,
        QuotaPerDayBurst = QuotaPerDayBurst,
        TimeoutMs = TimeoutMs,
        Priority = Priority,
        RequestId = NewRequestId(),
        Cleared = cleared,
    };

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    // A value that is a number in the hashtable is a text in the paywall, whatever the culture.
    private static Dictionary<string, string>? ReadTexts(IDictionary? table) => table is not { Count: > 0 } ? null
        : table.Cast<DictionaryEntry>().ToDictionary(static entry => LanguagePrimitives.ConvertTo<string>(entry.Key), static entry => LanguagePrimitives.ConvertTo<string>(entry.Value), StringComparer.Ordinal);

    private long? ReadPrice()
    {
        if (PriceSats is null)
        {
            return PriceMsats;
        }

        if (PriceMsats is not null && PriceMsats != PriceSats * Msats.PerSatoshi)
        {
            throw new ConfigException(nameof(PriceSats), "is given together with -PriceMsats, and they differ", "Use one of the two.");
        }

        return PriceSats is > long.MaxValue / Msats.PerSatoshi or < long.MinValue / Msats.PerSatoshi
            ? throw new ConfigException(nameof(PriceSats), "is more than any price", "Use a price in whole satoshis.")
            : PriceSats * Msats.PerSatoshi;
    }
}
