using System;

namespace LightningOps.Http;

/// <summary>An address that answers 410: its owner removed it permanently (RFC 9110 15.5.11). Retrying or waiting cannot help.</summary>
internal static class GoneAddress
{
    /// <summary>The status.</summary>
    public const int StatusCode = 410;

    /// <summary>Id of the error.</summary>
    public const string Tag = "AddressGone";

    private const string Code = "status_410";

    /// <summary>The id of a failure: <see cref="Tag" /> if its reason is a 410, else the given id.</summary>
    /// <param name="reason">Reason of the failure, for example <c>status_410:…</c>.</param>
    /// <param name="otherwise">Id of other failures.</param>
    public static string GetTag(string reason, string otherwise) => IsGone(reason) ? Tag : otherwise;

    /// <summary>Whether a reason is a 410.</summary>
    /// <param name="reason">Reason of the failure; may be null.</param>
    public static bool IsGone(string? reason) =>
        reason is not null && reason.StartsWith(Code, StringComparison.Ordinal) && (reason.Length == Code.Length || reason[Code.Length] == ':');

    /// <summary>The advice.</summary>
    /// <param name="setting">Name of the address setting.</param>
    public static string GetRemedy(string setting) =>
        "The server says that this address is gone for good (410), so a retry cannot help. Change " + setting + ".";
}
