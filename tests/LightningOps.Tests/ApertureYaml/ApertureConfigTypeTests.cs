using Xunit;

namespace LightningOps.Tests.ApertureYaml;

/// <summary>How Aperture's YAML reader takes values, each expectation from goccy/go-yaml 1.15.23, decode.go and token.go.</summary>
public sealed class ApertureConfigTypeTests
{
    [Theory]
    [InlineData("insecure: true\n", null)]
    [InlineData("insecure: FALSE\n", null)]
    [InlineData("insecure:\n", null)]
    [InlineData("insecure: !!bool 'yes'\n", null)]
    [InlineData("insecure: yes\n", "Error invalid_type insecure")]
    [InlineData("insecure: on\n", "Error invalid_type insecure")]
    [InlineData("insecure: \"true\"\n", "Error invalid_type insecure")]
    [InlineData("insecure: 1\n", "Error invalid_type insecure")]
    [InlineData("insecure: [true]\n", "Error invalid_type insecure")]
    [InlineData("invoicebatchsize: 1_000\n", null)]
    [InlineData("invoicebatchsize: \"1000\"\n", null)]
    [InlineData("invoicebatchsize: 1e3\n", null)]
    [InlineData("invoicebatchsize: 0x10\n", null)]
    [InlineData("invoicebatchsize: 010\n", "Warn octal_number invoicebatchsize")]
    [InlineData("invoicebatchsize: 3.7\n", "Warn number_truncated invoicebatchsize")]
    [InlineData("invoicebatchsize: many\n", "Error invalid_type invoicebatchsize")]
    [InlineData("invoicebatchsize: true\n", "Error invalid_type invoicebatchsize")]
    [InlineData("invoicebatchsize: .inf\n", "Error out_of_range invoicebatchsize")]
    [InlineData("invoicebatchsize: 18446744073709551615\n", "Error out_of_range invoicebatchsize")]
    [InlineData("profile: 65536\n", "Error out_of_range profile")]
    [InlineData("profile: -1\n", "Error out_of_range profile")]
    [InlineData("profile: 65535\n", null)]
    [InlineData("postgres: {maxopenconnections: 3000000000}\n", "Error out_of_range postgres.maxopenconnections")]
    [InlineData("idletimeout: 1h30m\n", null)]
    [InlineData("idletimeout: 1.5s\n", null)]
    [InlineData("idletimeout: \"0\"\n", null)]
    [InlineData("idletimeout:\n", null)]
    [InlineData("idletimeout: 0\n", "Error invalid_duration idletimeout")]
    [InlineData("idletimeout: 30\n", "Error invalid_duration idletimeout")]
    [InlineData("idletimeout: 30 s\n", "Error invalid_duration idletimeout")]
    [InlineData("idletimeout: 1d\n", "Error invalid_duration idletimeout")]
    [InlineData("idletimeout: 300000h\n", null)]
    [InlineData("idletimeout: 3000000h\n", "Error invalid_duration idletimeout")]
    [InlineData("staticroot: 0755\n", "Warn text_read_as_number staticroot")]
    [InlineData("staticroot: 12\n", null)]
    [InlineData("staticroot: True\n", "Warn text_read_as_number staticroot")]
    [InlineData("staticroot: {a: 1}\n", "Error invalid_type staticroot")]
    [InlineData("blocklist: 1.1.1.1\n", "Error invalid_type blocklist")]
    [InlineData("blocklist:\n", null)]
    [InlineData("tor: yes\n", "Error invalid_type tor")]
    [InlineData("tor:\n", null)]
    [InlineData("tor: !!map {v3: false}\n", "Error invalid_type tor")]
    public void Values_are_read_as_Aperture_reads_them(string yaml, string? expected)
    {
        Assert.Equal(expected is null ? System.Array.Empty<string>() : new[] { expected }, ConfigBuilder.WithSettings(yaml));
    }

    [Theory]
    [InlineData("auth: on", null)]
    [InlineData("auth: off", null)]
    [InlineData("auth: OFF", null)]
    [InlineData("auth: \"true\"", null)]
    [InlineData("auth: \"\"", null)]
    [InlineData("auth: ", null)]
    [InlineData("auth: freebie 3", null)]
    [InlineData("auth: freebies 3", null)]
    [InlineData("auth: Freebie 3", null)]
    [InlineData("auth: true", "Error auth_not_text services[0].auth")]
    [InlineData("auth: false", "Error auth_not_text services[0].auth")]
    [InlineData("auth: 1", "Error auth_not_text services[0].auth")]
    [InlineData("auth: yes", "Error auth_unknown services[0].auth")]
    [InlineData("auth: none", "Error auth_unknown services[0].auth")]
    [InlineData("auth: freebie", "Error freebie_malformed services[0].auth")]
    [InlineData("auth: freebie  3", "Error freebie_malformed services[0].auth")]
    [InlineData("auth: freebie x", "Error freebie_malformed services[0].auth")]
    [InlineData("auth: freebie 0", "Warn freebie_out_of_range services[0].auth")]
    [InlineData("auth: freebie 65536", "Error freebie_out_of_range services[0].auth")]
    [InlineData("auth: freebie -1", "Error freebie_out_of_range services[0].auth")]
    public void Levels_of_authentication_are_words_and_not_Booleans(string member, string? expected)
    {
        Assert.Equal(expected is null ? System.Array.Empty<string>() : new[] { expected }, ConfigBuilder.WithService(member));
    }
}
