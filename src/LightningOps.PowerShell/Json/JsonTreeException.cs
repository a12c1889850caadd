namespace LightningOps.PowerShell.Json;

/// <summary>An object that cannot be written as JSON.</summary>
internal sealed class JsonTreeException : LightningOpsException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="reason">What is wrong with the object.</param>
    public JsonTreeException(string reason)
        : base("JsonNotPossible", "The object " + reason + ".", "Select the members to export first: use Select-Object or a [pscustomobject].")
    {
    }
}
