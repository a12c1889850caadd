using System;
using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace LightningOps.PowerShell.Binding;

/// <summary>
/// Reads an ISO 8601 date equally in every culture. PowerShell alone reads 2026-01-02 in the calendar of the session,
/// which is the year 1483 in Thailand. Other notations are left to the culture.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DateTransformationAttribute : ArgumentTransformationAttribute
{
    private static readonly Regex Iso = new(@"\A\s*[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])", RegexOptions.CultureInvariant);

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return given is string text && Iso.IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time)
                ? time
                : inputData;
    }
}
