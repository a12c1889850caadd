using System;
using System.Threading.Tasks;

namespace LightningOps.Tests.Gateway.Model;

/// <summary>Which Aperture the model is, and how its starts go.</summary>
internal sealed record ApertureModelOptions
{
    /// <summary>Decides the rotation of the rows at each start.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Aperture's main branch of August 2026: its admin API fails while <c>writetimeout</c> is above 0.</summary>
    public bool IsMain { get; init; }

    /// <summary>Admin calls that are answered 503 after each start.</summary>
    public int UnavailableCalls { get; init; }

    /// <summary>What a start waits for between reading its file and listening.</summary>
    public Func<Task> Starting { get; init; } = static () => Task.CompletedTask;

    /// <summary>How long a start takes: of a real one at least a tenth of a second, with many invoices seconds.</summary>
    public TimeSpan StartTime { get; init; }

    /// <summary>Sales the admin API lists, oldest last, a JSON array as the API answers it; null for none.</summary>
    public string? Transactions { get; init; }
}
