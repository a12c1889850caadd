using System.Collections.Generic;
using System.Linq;

namespace LightningOps.PowerShell.Session;

/// <summary>The effective settings of a session, from all sources, without secrets.</summary>
public sealed record LightningOpsContext
{
    /// <summary>Its name; default if no other is given.</summary>
    public required string Name { get; init; }

    /// <summary>Whether commands without -Context use it.</summary>
    public bool IsSelected { get; init; }

    /// <summary>Control plane: mock, local, api, convex or postgres.</summary>
    public string? Mode => Value(nameof(Mode));

    /// <summary>Base URL of the Laravel internal API.</summary>
    public string? ApiBaseUrl => Value(nameof(ApiBaseUrl));

    /// <summary>Base URL of the Convex HTTP API.</summary>
    public string? ConvexUrl => Value(nameof(ConvexUrl));

    /// <summary><c>set</c> or <c>not set</c>.</summary>
    public string? Secret => Value(nameof(Secret));

    /// <summary>Source of the secret.</summary>
    public SettingSource SecretSource => Setting(nameof(Secret)).Source;

    /// <summary>File of the local store.</summary>
    public string? StorePath => Value(nameof(StorePath));

    /// <summary>File to which observability records are appended.</summary>
    public string? ObservabilityPath => Value(nameof(ObservabilityPath));

    /// <summary>Base URL of an OTLP receiver for metrics.</summary>
    public string? OtlpEndpoint => Value(nameof(OtlpEndpoint));

    /// <summary>Base URL of the gateway.</summary>
    public string? GatewayBaseUrl => Value(nameof(GatewayBaseUrl));

    /// <summary>URL that must answer with a challenge.</summary>
    public string? ChallengeUrl => Value(nameof(ChallengeUrl));

    /// <summary>URL that must let a paid request through.</summary>
    public string? ProxyUrl => Value(nameof(ProxyUrl));

    /// <summary>Every setting, with its source and its environment variable.</summary>
    public required IReadOnlyList<ContextSetting> Settings { get; init; }

    /// <summary>The context it describes.</summary>
    internal SessionContext? Source { get; init; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private string? Value(string name) => Setting(name).Value;

    private ContextSetting Setting(string name) => Settings.First(setting => setting.Name == name);
}
