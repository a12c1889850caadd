using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation.Runspaces;
using LightningOps.Gateway.Registry;
using LightningOps.Settings;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Session;

/// <summary>
/// The settings of Connect-LightningOps and the gateways of Start-L402TestGateway, in one context of a runspace: the
/// only state the module keeps between commands. A parameter of a command overrides the context, the context
/// overrides the environment, and the environment overrides the default.
/// </summary>
internal sealed class SessionContext
{
    private const string HiddenUserInfo = "***@";

    private volatile IReadOnlyDictionary<string, SettingValue> values = new Dictionary<string, SettingValue>();

    /// <param name="name">Its name.</param>
    /// <param name="gateways">The loopback gateways of the session.</param>
    public SessionContext(string name, SessionGateways gateways)
    {
        Name = name;
        Gateways = gateways;
    }

    /// <summary>The selected context of a runspace, empty at first.</summary>
    public static SessionContext For(Runspace runspace) => SessionContexts.For(runspace).Current;

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The loopback gateways of the session.</summary>
    public SessionGateways Gateways { get; }

    /// <summary>Whether Connect-LightningOps has set it, or it was selected.</summary>
    public bool IsSet { get; set; }

    /// <summary>The settings, by environment variable.</summary>
    public IReadOnlyDictionary<string, SettingValue> Values => values;

    /// <summary>Stores, wallets and connections of earlier commands.</summary>
    public BuyerSessions Buyers { get; } = new();

    /// <summary>The file system folder of the session, which relative paths of variables and parameters refer to.</summary>
    public string Folder { get; set; } = Directory.GetCurrentDirectory();

    /// <summary>Returns the password of PostgreSQL, for example a renewed token; null if none is set.</summary>
    public Func<string>? PostgresToken { get; private set; }

    /// <summary>Reference of the control plane's secret, and its permitted addresses; null if it was not read by reference.</summary>
    private ReferencedSecret? referenced;

    /// <summary>Replaces all settings, by environment variable.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="postgresToken">Returns the password of PostgreSQL; null for none.</param>
    /// <param name="secret">Reference of the control plane's secret, which is bound to the current addresses. Null for none.</param>
    public void Connect(IReadOnlyDictionary<string, SettingValue> settings, Func<string>? postgresToken = null, SecretReference? secret = null)
    {
        values = settings;
        IsSet = true;
        PostgresToken = postgresToken;
        referenced = secret is null ? null : new ReferencedSecret(secret, Addresses);
    }

    /// <summary>Removes all settings, and closes stores, wallets and connections.</summary>
    public void Disconnect()
    {
        Connect(new Dictionary<string, SettingValue>());
        IsSet = false;
        Buyers.CloseAll();
    }

    /// <summary>The same settings for another runspace with another folder.</summary>
    public SessionContext Copy()
    {
        var copy = new SessionContext(Name, Gateways);
        copy.Connect(values, PostgresToken);
        copy.referenced = referenced;
        return copy;
    }

    /// <summary>Its effective settings, for people and for -Context in another runspace.</summary>
    public LightningOpsContext ToContext(bool isSelected) => new() { Name = Name, IsSelected = isSelected, Settings = Describe(), Source = this };

    /// <summary>The effective settings, in the form of the domain.</summary>
    /// <param name="storePath">File of the local store given to the command; null for none.</param>
    /// <param name="patience">How long the command waits for a team's store; null for the store's own limits.</param>
    public OperatorEnvironment Environment(string? storePath = null, StorePatience? patience = null) =>
        new(variable => storePath is not null && variable == EnvironmentVariables.Store ? storePath
            : PostgresToken is { } token && variable == EnvironmentVariables.PostgresPassword ? token()
            : variable == EnvironmentVariables.Secret && referenced is { } bound ? bound.Require(Addresses, Find(variable)?.Value)
            : Find(variable)?.Value)
        {
            Patience = patience,
        };

    private (string? Api, string? Convex) Addresses => (Find(EnvironmentVariables.ApiBaseUrl)?.Value, Find(EnvironmentVariables.ConvexUrl)?.Value);

    /// <summary>All settings with their values; secrets are <c>set</c> or <c>not set</c>.</summary>
    public IReadOnlyList<ContextSetting> Describe()
    {
        var settings = new List<ContextSetting>();
        foreach (var definition in SettingDefinition.All)
        {
            settings.Add(Describe(definition));
        }

        return settings;
    }

    private ContextSetting Describe(SettingDefinition definition)
    {
        if (definition.Variable == EnvironmentVariables.Secret && referenced is { } bound)
        {
            return new ContextSetting { Name = definition.Name, Value = "set (" + bound.Reference + ")", Source = SettingSource.Parameter, Variable = definition.Variable };
        }

        var otherwise = definition.Default ?? OwnFile(definition.Variable);
        var (value, source) = definition.Variable == EnvironmentVariables.PostgresPassword && PostgresToken is not null ? ("set", SettingSource.Parameter) : Find(definition.Variable) ?? (otherwise, otherwise is null ? SettingSource.NotSet : SettingSource.Default);
        return new ContextSetting
        {
            Name = definition.Name,
            Value = definition.IsSecret ? (value is null ? "not set" : "set") : WithoutUserInfo(value),
            Source = source,
            Variable = definition.Variable,
        };
    }

    /// <summary>The default file if no file was specified; null if the user has no data directory.</summary>
    private string? OwnFile(string variable)
    {
        try
        {
            return variable switch
            {
                EnvironmentVariables.Store => StorePaths.DefaultStorePath(Environment()),
                EnvironmentVariables.CredentialStore => StorePaths.DefaultCredentialStorePath(Environment()),
                _ => null,
            };
        }
        catch (ConfigException)
        {
            return null;
        }
    }

    private (string? Value, SettingSource Source)? Find(string variable)
    {
        if (values.TryGetValue(variable, out var set))
        {
            return (set.Reveal().Trim(), set.Source);
        }

        var inherited = System.Environment.GetEnvironmentVariable(variable)?.Trim();
        return string.IsNullOrEmpty(inherited) ? null : (IsPath(variable) ? PathSetting.Resolve(inherited!, Folder) : inherited, SettingSource.Environment);
    }

    private static bool IsPath(string variable) => SettingDefinition.All.Any(definition => definition.IsPath && definition.Variable == variable);

    /// <summary>A URL without the password that it may contain.</summary>
    internal static string? WithoutUserInfo(string? value)
    {
        if (value is null || !Uri.TryCreate(value, UriKind.Absolute, out var url) || url.UserInfo.Length == 0)
        {
            return value;
        }

        return value.Replace(url.UserInfo + "@", HiddenUserInfo);
    }

    /// <summary>Whether a value was shown without its password.</summary>
    internal static bool HidesPassword(string value) => value.Contains("//" + HiddenUserInfo);
}
