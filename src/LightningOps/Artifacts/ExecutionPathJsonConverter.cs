using System.Text.Json;
using System.Text.Json.Serialization;
using LightningOps.Observability;

namespace LightningOps.Artifacts;

/// <summary>The one enum whose names are written with hyphens.</summary>
internal sealed class ExecutionPathJsonConverter : JsonStringEnumConverter<ExecutionPath>
{
    public ExecutionPathJsonConverter()
        : base(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    {
    }
}
