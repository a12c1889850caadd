using System;
using System.Collections.Generic;
using System.Linq;
using NetArchTest.Rules;
using Xunit;

namespace LightningOps.Tests.Architecture;

/// <summary>The one direction of src/LightningOps (ARCHITECTURE.md).</summary>
public sealed class DirectionTests
{
    private static readonly string[] Plumbing = ["Settings", "Files", "Json", "Http", "Storage", "Leases", "Observability"];

    [Fact]
    public void No_folder_reaches_itself_through_others() =>
        Assert.Empty(Domain.Folders.Append(Domain.Values).Where(static folder => Domain.Reach(folder, Domain.Uses.Select(static use => (use.From, use.To))).Contains(folder)));

    [Fact]
    public void Every_use_goes_down_the_list_of_the_architecture() =>
        Assert.Empty(Domain.Uses.Where(static use => !ArchitectureTree.Allows(use.From, use.To)));

    [Fact]
    public void The_domain_does_not_know_PowerShell() =>
        Assert.Empty(GetFailures(Types.InAssembly(typeof(Msats).Assembly).Should()
            .MeetCustomRule(new UsesNothingFrom("System.Management.Automation", "Microsoft.PowerShell", "LightningOps.PowerShell"))));

    [Fact]
    public void Regular_languages_use_nothing_of_ours() => Assert.Empty(Domain.Uses.Where(static use => use.From == "Re2"));

    [Fact]
    public void The_values_at_the_root_use_no_folder() => Assert.Empty(Domain.Uses.Where(static use => use.From == Domain.Values));

    [Fact]
    public void Plumbing_does_not_know_the_domain()
    {
        var domain = Domain.Folders.Except(Plumbing).ToArray();

        Assert.Equal(Domain.Folders.Count - Plumbing.Length, domain.Length);
        Assert.All(Plumbing, folder => AssertUnaware(folder, domain));
    }

    [Theory]
    [InlineData("L402", "Buyer Payments Gateway")]
    [InlineData("Payments", "Buyer Gateway")]
    [InlineData("Gateway", "Reconcile Security Settlements Smoke")]
    [InlineData("Artifacts", "Compile Gateway Reconcile")]
    [InlineData("Paywalls", "ControlPlane")]
    public void A_folder_does_not_know_what_is_built_on_it(string folder, string above)
    {
        Assert.All(above.Split(' ').Append(folder), static name => Assert.Contains(name, Domain.Folders));
        AssertUnaware(folder, above.Split(' '));
    }

    [Fact]
    public void A_cycle_is_noticed()
    {
        (string, string)[] circle = [("A", "B"), ("B", "C"), ("C", "A"), ("D", "A")];

        Assert.Equal((true, false), (Domain.Reach("A", circle).Contains("A"), Domain.Reach("D", circle).Contains("D")));
    }

    [Fact]
    public void A_use_against_the_direction_is_noticed() =>
        Assert.Equal(
            (true, false, false, true),
            (ArchitectureTree.Allows("Gateway", "Compile"), ArchitectureTree.Allows("Compile", "Gateway"), ArchitectureTree.Allows("L402", "Buyer"), ArchitectureTree.Allows("Buyer", "L402")));

    // The rule sees compiled code; the usings show constants, which leave no trace in it.
    private static void AssertUnaware(string folder, string[] others)
    {
        Assert.Empty(GetFailures(Types.InAssembly(typeof(Msats).Assembly).That().ResideInNamespace("LightningOps." + folder).Should()
            .MeetCustomRule(new UsesNothingFrom(others.Select(static other => "LightningOps." + other).ToArray()))));
        Assert.Empty(Domain.Uses.Where(use => use.From == folder && others.Contains(use.To)));
    }

    private static IEnumerable<string> GetFailures(ConditionList rule) => rule.GetResult().FailingTypeNames ?? [];
}
