using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Registry;
using LightningOps.PowerShell.CmdletBases;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Registers a gateway under a name, which -Gateway accepts in every command. The registration is a file of this account; it
/// holds where secrets are, never a secret.
/// </summary>
/// <example>
/// <code>Register-L402Gateway prod admin https://10.0.0.5:8081, https://10.0.0.6:8081 -Macaroon vault:ops/aperture -CertificatePath a.cert, b.cert -Network mainnet</code>
/// <para>Two Apertures as one gateway.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Register, "L402Gateway", SupportsShouldProcess = true)]
[OutputType(typeof(RegisteredGateway))]
public sealed class RegisterL402GatewayCommand : RegistrationCmdlet
{
    /// <summary>Name: letters, digits, '-', '_' and '.'; not a kind of gateway, and without a colon.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>admin (Aperture with its admin API), file (Aperture that reads a file), ops, loopback or memory.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateSet("admin", "file", "ops", "loopback", "memory")]
    public string Kind { get; set; } = string.Empty;

    /// <summary>Replace a gateway of that name.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        GatewayRegistry.RequireName(Name);
        var registry = Registry;
        var made = Change(new RegisteredGateway { Name = Name, Kind = Kind.ToLowerInvariant() });
        var before = registry.Find(Name);
        RequireNone(before);
        if (!ShouldProcess((before ?? made).Describe(), before is null ? "Register" : "Replace the registration of"))
        {
            return;
        }

        var written = await registry.ChangeAsync(
            Name,
            existing =>
            {
                RequireNone(existing);
                return made;
            },
            cancellationToken).ConfigureAwait(false);
        await JournalRegistrationAsync(made, before is null ? "gateway registered" : "registration of gateway replaced", FormatMembers()).ConfigureAwait(false);
        if (PassThru)
        {
            WriteObject(written);
        }
    }

    private void RequireNone(RegisteredGateway? existing)
    {
        if (existing is not null && !Force)
        {
            throw new ConfigException(nameof(Name), "gateway " + existing.Name + " is already registered (" + existing.Place + ")", "Change it with Set-L402Gateway, or replace it with -Force.");
        }
    }
}
