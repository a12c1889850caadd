using System;
using System.Linq;
using System.Text;
using CsCheck;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Paywalls;
using LightningOps.Tests.Re2;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Gateway.ApertureFile;

public sealed class ServicesClosingTests
{
    private static readonly Gen<(Paywall Paywall, bool IsClosed)[]> SomeClosed =
        Gen.Select(RandomExpressions.Pick("/a", "/a/*", "/a/b", "^/x'y$", "^/c: #d$", "/é"), Gen.Int[1, 9], Gen.Bool, Gen.Bool, Gen.Bool).Array[1, 6].Select(picks => picks
            .DistinctBy(pick => pick.Item1)
            .Select((pick, place) => (
                Priced("pw " + place, pick.Item2 * 1000, Route("r", Host, pick.Item1, upstream: pick.Item3 ? "https://up.example.com/v1" : "https://up.example.com"))
                    .WithPolicy(policy => policy with { QuotaPerMinute = pick.Item4 ? 5 : null, QuotaPerDay = pick.Item4 && pick.Item3 ? 70 : null }),
                pick.Item5))
            .ToArray());

    [Fact]
    public void Closing_what_was_compiled_gives_the_bytes_a_compile_with_the_kill_switch_gives() =>
        SomeClosed.Sample(paywalls =>
        {
            var served = CreateRollout("dep", paywalls.Select(one => one.Paywall).ToArray());
            var killed = CreateRollout("dep", paywalls.Select(one => one.IsClosed ? one.Paywall.Killed() : one.Paywall).ToArray());
            var names = killed.Rules.Where(rule => rule.IsClosed).Select(rule => rule.ServiceName).ToHashSet();

            var closed = ServicesClosing.Close(LiveFile.FromBytes(served.Artifact.ToArray()), service => names.Contains(service.Name));

            Assert.Equal(Encoding.UTF8.GetString(killed.Artifact.Span), Encoding.UTF8.GetString(closed));
        });

    [Fact]
    public void What_is_not_closed_says_what_it_said_and_the_rest_of_the_file_stays_to_the_byte()
    {
        const string head = "# by hand\r\ndefaults: &up {address: \"up:1\"}\r\n\r\n";
        const string tail = "\r\n# what follows\r\ndebuglevel: info # kept\r\n";
        const string services = """
            services:
            - name: one
              hostregexp: "a\\.b"
              <<: *up
              headers: {X-Key: "v: 1"}
            - {name: two, hostregexp: .*, pathregexp: ^/free$, address: 'x:1', protocol: http, auth: "off"}
            -
              name: three
              hostregexp: c
              address: y:2
              authwhitelistpaths: ['^/a', "^/b"]
            """;
        var text = head + services.ReplaceLineEndings("\r\n") + "\r\n" + tail;
        var file = LiveFile.FromBytes(Encoding.UTF8.GetBytes(text));

        var closed = ServicesClosing.Close(file, service => service.Name == "two");

        var after = Encoding.UTF8.GetString(closed);
        Assert.StartsWith(head, after, StringComparison.Ordinal);
        Assert.EndsWith(tail, after, StringComparison.Ordinal);
        var read = LiveFile.FromBytes(closed).Services;
        Assert.Equal(["one", "two", "three"], read.Select(service => service.Name));
        Assert.Equal([false, true, false], read.Select(service => service.IsClosed));
        Assert.Equal(file.Services[0].Extras, read[0].Extras);
        Assert.Equal(file.Services[2].Extras, read[2].Extras);
    }

    [Theory]
    [InlineData("services:\n- &one\n  name: a\n  address: x:1\n- *one\n")]
    [InlineData("list: &all\n- name: a\n  address: x:1\nservices: *all\n")]
    public void Services_that_hang_together_by_anchors_are_not_guessed_at(string text)
    {
        var file = LiveFile.FromBytes(Encoding.UTF8.GetBytes(text));
        var places = 0;

        Assert.Throws<ApertureConfigFormatException>(() => ServicesClosing.Close(file, _ => places++ == 0));
    }

    [Fact]
    public void Two_services_of_one_name_are_both_closed()
    {
        var file = LiveFile.FromBytes(Encoding.UTF8.GetBytes("services:\n- name: a\n  address: x:1\n- name: a\n  hostregexp: b\n  address: x:2\n"));

        Assert.All(LiveFile.FromBytes(ServicesClosing.Close(file, service => service.Name == "a")).Services, service => Assert.True(service.IsClosed));
    }
}
