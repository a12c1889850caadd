using System.Collections;
using System.Collections.Specialized;

namespace LightningOps.Compile;

/// <summary>The members of a diagnostic's details, read-only and in the order given.</summary>
internal static class DiagnosticDetails
{
    public static IDictionary Of(params object[] namesAndValues)
    {
        var members = new OrderedDictionary(namesAndValues.Length / 2);
        for (var i = 0; i + 1 < namesAndValues.Length; i += 2)
        {
            members.Add(namesAndValues[i], namesAndValues[i + 1]);
        }

        return members.AsReadOnly();
    }
}
