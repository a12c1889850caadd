using System;
using System.Collections.Generic;
using System.IO;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Hosted;
using LightningOps.ControlPlane.Local;
using LightningOps.ControlPlane.Mock;
using LightningOps.Settings;
using LightningOps.Storage;
using Xunit;

namespace LightningOps.Tests.ControlPlane;

public sealed class ControlPlaneFactoryTests
{
    private static readonly Dictionary<string, string> Complete = new(StringComparer.Ordinal)
    {
        ["OA_LIGHTNING_OPS_SECRET"] = "secret",
        ["OA_LIGHTNING_OPS_API_BASE_URL"] = "https://api.example.com/",
        ["OA_LIGHTNING_OPS_CONVEX_URL"] = "https://convex.example.com",
        ["OA_LIGHTNING_OPS_STORE"] = "store.db",
    };

    [Theory]
    [InlineData(ControlPlaneMode.Mock, typeof(MockControlPlane))]
    [InlineData(ControlPlaneMode.Local, typeof(LocalControlPlane))]
    [InlineData(ControlPlaneMode.Api, typeof(ApiControlPlane))]
    [InlineData(ControlPlaneMode.Convex, typeof(ConvexControlPlane))]
    public void Each_mode_has_its_control_plane(ControlPlaneMode mode, Type expected)
    {
        using var plane = ControlPlaneFactory.Create(ControlPlaneSettings.From(OperatorEnvironment.From(Complete), mode));

        Assert.IsType(expected, plane);
    }

    [Theory]
    [InlineData(ControlPlaneMode.Api, "OA_LIGHTNING_OPS_SECRET")]
    [InlineData(ControlPlaneMode.Api, "OA_LIGHTNING_OPS_API_BASE_URL")]
    [InlineData(ControlPlaneMode.Convex, "OA_LIGHTNING_OPS_SECRET")]
    [InlineData(ControlPlaneMode.Convex, "OA_LIGHTNING_OPS_CONVEX_URL")]
    public void A_missing_setting_is_named(ControlPlaneMode mode, string variable)
    {
        var values = new Dictionary<string, string>(Complete, StringComparer.Ordinal);
        values.Remove(variable);

        var error = Assert.Throws<ConfigException>(() => ControlPlaneFactory.Create(ControlPlaneSettings.From(OperatorEnvironment.From(values), mode)));
        Assert.Equal((variable, "missing required environment variable"), (error.Field, error.Reason));
    }

    [Fact]
    public void The_environment_names_the_mode() =>
        Assert.Equal(ControlPlaneMode.Api, ControlPlaneSettings.From(OperatorEnvironment.From(Complete)).Mode);

    [Fact]
    public void Settings_do_not_show_the_secret() =>
        Assert.DoesNotContain("= secret", ControlPlaneSettings.From(OperatorEnvironment.From(Complete)).ToString(), StringComparison.Ordinal);

    [Fact]
    public void The_store_is_the_named_file_else_one_of_the_users_data()
    {
        Assert.Equal("store.db", StorePaths.DefaultStorePath(OperatorEnvironment.From(Complete)));

        if (OperatingSystem.IsLinux())
        {
            Assert.Equal("/data/lightningops/store.db", Default(("XDG_DATA_HOME", "/data"), ("HOME", "/home/me")));
            Assert.Equal("/home/me/.local/share/lightningops/store.db", Default(("XDG_DATA_HOME", "relative"), ("HOME", "/home/me")));
            Assert.Equal("/home/me/.local/share/lightningops/store.db", Default(("HOME", "/home/me")));
        }
        else
        {
            Assert.True(Path.IsPathRooted(Default()));
        }
    }

    private static string Default(params (string Name, string Value)[] values)
    {
        var byName = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            byName[name] = value;
        }

        return StorePaths.DefaultStorePath(OperatorEnvironment.From(byName));
    }
}
