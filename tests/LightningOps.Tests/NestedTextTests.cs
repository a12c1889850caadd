using System;
using System.Runtime.CompilerServices;
using LightningOps.ApertureYaml;
using LightningOps.Buyer.Spending;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway.Loopback;
using LightningOps.Gateway.Registry;
using LightningOps.L402.Bolt11;
using LightningOps.Payments.Simulation;
using LightningOps.Reconcile;
using LightningOps.Settlements.Books;
using LightningOps.Status;
using Xunit;

namespace LightningOps.Tests;

/// <summary>An object within another one is a text in Format-List *, not a type name or a dump of its members.</summary>
public sealed class NestedTextTests
{
    [Theory]
    [InlineData(typeof(StageReport))]
    [InlineData(typeof(GatewayGrowth))]
    [InlineData(typeof(JournalDraft))]
    [InlineData(typeof(PlanOptions))]
    [InlineData(typeof(PlanBasis))]
    [InlineData(typeof(CompiledRule))]
    [InlineData(typeof(CompileResult))]
    [InlineData(typeof(Deployment))]
    [InlineData(typeof(PaywallCount))]
    [InlineData(typeof(RevenueRow))]
    [InlineData(typeof(SpendingReport))]
    [InlineData(typeof(GatewayService))]
    [InlineData(typeof(RegisteredProgram))]
    [InlineData(typeof(Bolt11FallbackAddress))]
    [InlineData(typeof(Bolt11RouteHop))]
    [InlineData(typeof(LoopbackServiceStatus))]
    [InlineData(typeof(SimulatedWallet))]
    public void A_nested_object_has_a_text(Type type)
    {
        var text = type.GetMethod(nameof(ToString), Type.EmptyTypes)!;

        Assert.Equal(type, text.DeclaringType);
        Assert.False(text.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false));
    }

    [Theory]
    [InlineData("on", "up:443", "shop (5 sat)")]
    [InlineData("off", "up:443", "shop (free)")]
    [InlineData("off", "127.0.0.1:0", "shop (closed)")]
    public void The_text_of_a_service_says_whether_it_is_sold(string auth, string address, string expected) =>
        Assert.Equal(expected, new GatewayService { Name = "shop", Auth = auth, Address = address, PriceSats = 5 }.ToString());

    [Fact]
    public void The_options_of_a_plan_are_those_that_are_on() =>
        Assert.Equal("Aperture, Prune, AllowOrderLoss", new PlanOptions { Format = ArtifactFormat.Aperture, Prune = true, AllowOrderLoss = true }.ToString());

    [Fact]
    public void A_command_of_a_registration_is_shown_with_its_arguments() =>
        Assert.Equal("StopCommand: /bin/stop, now", new RegisteredProgram("StopCommand", ["/bin/stop", "now"]).ToString());
}
