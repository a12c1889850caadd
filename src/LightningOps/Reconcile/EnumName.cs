using System;
using System.Text.Json;

namespace LightningOps.Reconcile;

/// <summary>Enum members as the contracts write them: lower snake case.</summary>
internal static class EnumName
{
    public static string Of(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
