using System;
using System.Collections.Generic;
using LightningOps.ControlPlane;
using LightningOps.Settings;
using Xunit;

namespace LightningOps.Tests.Settings;

public sealed class OperatorEnvironmentTests
{
    [Fact]
    public void Values_are_trimmed_and_an_empty_one_is_missing()
    {
        var environment = CreateEnvironment(("A", "  a b \t"), ("B", "  "));

        Assert.Equal("a b", environment.Find("A"));
        Assert.Null(environment.Find("B"));
        Assert.Null(environment.Find("C"));
    }

    [Theory]
    [InlineData("OA_LIGHTNING_OPS_SECRET", null)]
    [InlineData("OA_LIGHTNING_OPS_SECRET", " ")]
    public void A_missing_required_variable_is_named(string name, string? value)
    {
        var error = Assert.Throws<ConfigException>(() => new OperatorEnvironment(_ => value).Require(name));

        Assert.Equal((name, "missing required environment variable", "ConfigError"), (error.Field, error.Reason, error.Tag));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("ten")]
    [InlineData("9223372036854775808")]
    [InlineData("+5")]
    public void A_bad_integer_is_refused_without_its_value(string value)
    {
        var error = Assert.Throws<ConfigException>(() => CreateEnvironment(("N", value)).PositiveInteger("N", 7));

        Assert.Equal(("N", "must be a positive integer"), (error.Field, error.Reason));
    }

    [Fact]
    public void An_integer_has_a_default() =>
        Assert.Equal((60_000, 5), (CreateEnvironment().PositiveInteger("N", 60_000), CreateEnvironment(("N", " 5 ")).PositiveInteger("N", 60_000)));

    [Theory]
    [InlineData(null, ControlPlaneMode.Api)]
    [InlineData("api", ControlPlaneMode.Api)]
    [InlineData(" Convex ", ControlPlaneMode.Convex)]
    [InlineData("mock", ControlPlaneMode.Mock)]
    [InlineData("local", ControlPlaneMode.Local)]
    public void The_mode_is_read_and_api_by_default(string? value, ControlPlaneMode expected) =>
        Assert.Equal(expected, ControlPlaneSettings.GetMode(new OperatorEnvironment(_ => value)));

    [Fact]
    public void A_mode_there_is_not_is_refused()
    {
        var error = Assert.Throws<ConfigException>(() => ControlPlaneSettings.GetMode(CreateEnvironment(("OA_LIGHTNING_OPS_CONTROL_PLANE_MODE", "sqlite"))));

        Assert.Equal(("OA_LIGHTNING_OPS_CONTROL_PLANE_MODE", "must be one of api, convex, mock, local, postgres"), (error.Field, error.Reason));
    }

    private static OperatorEnvironment CreateEnvironment(params (string Name, string Value)[] values)
    {
        var byName = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            byName[name] = value;
        }

        return OperatorEnvironment.From(byName);
    }
}
