using System;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.Planning;
using LightningOps.Reconcile;
using Xunit;

namespace LightningOps.Tests.Gateway.Planning;

/// <summary>What holders of sold credentials can do after each kind of change (docs/reference/aperture.md#credentials-at-run-time).</summary>
public sealed class HolderAccessTests
{
    private const string Paid = "on up:443 5 ^/one$";
    private const string Free = "off up:443 0 ^/one$";
    private const string Shut = "off 127.0.0.1:0 0 ^/one$";
    private const string ShutAtFormerPort = "off 127.0.0.1:9 0 ^/one$";

    [Theory]
    [InlineData(Paid, "on up:443 50 ^/one$", "Changed", HolderAccess.MoreThanPaidFor, "credentials sold before for 5 sat open it at 50 sat, too; only another name or a revoke ends them")]
    [InlineData(Paid, "on up:443 100 ^/(one|more)$", "Changed", HolderAccess.MoreThanPaidFor, "credentials sold before for 5 sat open it at 100 sat, too, with all requests it matches now; only another name or a revoke ends them")]
    [InlineData(Paid, "on up:443 5 ^/(one|more)$", "Changed", HolderAccess.MoreThanPaidFor, "credentials sold before open it, with all requests it matches now; only another name or a revoke ends them")]
    [InlineData(Paid + " timeout=60", "on up:443 50 ^/one$ timeout=60", "Changed", HolderAccess.MoreThanPaidFor, "credentials sold before for 5 sat open it at 50 sat, too; only the lifetime they were sold with, another name or a revoke ends them")]
    [InlineData(Paid + " timeout=60", "on up:443 5 ^/(one|more)$", "Changed", HolderAccess.MoreThanPaidFor, "credentials sold before open it, with all requests it matches now; only the lifetime they were sold with, another name or a revoke ends them")]
    [InlineData("on up:443 0 ^/one$ timeout=60", "on up:443 50 ^/one$ timeout=60", "Changed", HolderAccess.MoreThanPaidFor, "credentials sold before for 1 sat open it at 50 sat, too; only another name or a revoke ends them")]
    [InlineData("on up:443 5 ^/(one|more)$", Paid, "Changed", HolderAccess.AsBefore, "credentials sold before open it as before, for the requests it still matches")]
    [InlineData("on up:443 5 ^/o", "on up:443 3 ^/one/[0-9]+$", "Changed", HolderAccess.AsBefore, "credentials sold before open it as before, for the requests it still matches")]
    [InlineData("on up:443 5 ^/(one|more)$", "on up:443 9 ^/one$", "Changed", HolderAccess.MoreThanPaidFor, "credentials sold before for 5 sat open it at 9 sat, too, with all requests it matches now; only another name or a revoke ends them")]
    [InlineData("on up:443 5 ^/one\\b", "on up:443 5 ^/one$", "Changed", HolderAccess.MoreThanPaidFor, "credentials sold before open it, with all requests it matches now; only another name or a revoke ends them")]
    [InlineData(Shut, "on up:443 5 ^/(one|more)$", "Opened", HolderAccess.MoreThanPaidFor, "credentials sold before open it at 5 sat, too, with all requests it matches now; only another name or a revoke ends them")]
    [InlineData("off 127.0.0.1:0 0 ^/(one|more)$", Paid, "Opened", HolderAccess.AsBefore, "credentials sold before open it again")]
    [InlineData(ShutAtFormerPort, Shut, "Closed", HolderAccess.Suspended, "credentials sold before open nothing while it is closed, and open it again afterwards")]
    [InlineData(Paid, "on up:443 3 ^/one$", "Changed", HolderAccess.AsBefore, "credentials sold before open it as before")]
    [InlineData(Paid, "on other:443 5 ^/one$", "Changed", HolderAccess.AsBefore, "credentials sold before open it as before")]
    [InlineData(Paid, Paid + " timeout=60", "Changed", HolderAccess.AsBefore, "credentials sold before open it as before, with the lifetime and limits they were sold with")]
    [InlineData(Paid, Paid + " constraints.a=b", "Changed", HolderAccess.AsBefore, "credentials sold before open it as before, with the lifetime and limits they were sold with")]
    [InlineData(Paid, Paid + " capabilities=read", "Changed", HolderAccess.AsBefore, "credentials sold before open it as before, with the lifetime and limits they were sold with")]
    [InlineData(Paid, Paid + " ratelimits[0].requests=1", "Changed", HolderAccess.AsBefore, "credentials sold before open it as before")]
    [InlineData(Paid, "freebie_3 up:443 5 ^/one$", "Changed", HolderAccess.AsBefore, "credentials sold before open it as before")]
    [InlineData(Paid, Paid + " authscheme=mpp", "Changed", HolderAccess.PartlyRefused, "while the gateway offers Payment, L402 credentials sold before are refused; others open it as before")]
    [InlineData(Paid, Paid + " authscheme=l402", "Changed", HolderAccess.PartlyRefused, "while the gateway offers Payment, Payment credentials sold before are refused; others open it as before")]
    [InlineData(Paid + " authscheme=l402", Paid + " authscheme=mpp", "Changed", HolderAccess.PartlyRefused, "while the gateway offers Payment, L402 credentials sold before are refused; others open it as before")]
    [InlineData(Paid + " authscheme=l402", Paid + " authscheme=l402+mpp", "Changed", HolderAccess.AsBefore, "credentials sold before open it as before")]
    [InlineData(Paid, Free, "Changed", HolderAccess.Free, "free from now on: no credential is needed, and those sold before open it again when it is sold again")]
    [InlineData(Free, Paid, "Changed", HolderAccess.IfSoldEarlier, "free until now: credentials sold earlier under this name open it")]
    [InlineData(Free, "off other:443 0 ^/one$", "Changed", HolderAccess.Free, "free: no credential is needed")]
    [InlineData(Paid, Shut, "Closed", HolderAccess.Suspended, "credentials sold before open nothing while it is closed, and open it again afterwards")]
    [InlineData(Shut, Paid, "Opened", HolderAccess.AsBefore, "credentials sold before open it again")]
    [InlineData(ShutAtFormerPort, Paid, "Opened", HolderAccess.AsBefore, "credentials sold before open it again")]
    [InlineData(Paid, null, "Removed", HolderAccess.Suspended, "credentials sold before open nothing while it is absent, and open it again when a service of this name is back")]
    [InlineData(Shut, null, "Removed", HolderAccess.Suspended, "credentials sold before open nothing while it is absent, and open it again when a service of this name is back")]
    [InlineData(Free, null, "Removed", HolderAccess.Free, "was free: no credential ends")]
    [InlineData(null, Paid, "Added", HolderAccess.IfSoldEarlier, "credentials sold earlier under this name open it")]
    [InlineData(null, Free, "Added", HolderAccess.Free, "free: no credential is needed")]
    [InlineData(null, Shut, "Added", HolderAccess.Suspended, "credentials sold before open nothing while it is closed, and open it again afterwards")]
    [InlineData(Paid, ShutAtFormerPort, "Changed", HolderAccess.Free, "no credential is needed: it is free of charge if a process listens on port 9, and fails otherwise")]
    [InlineData(Paid, "on up:0 5 ^/one$", "Changed", HolderAccess.Suspended, "credentials sold before open nothing while its address has port 0, and those sold meanwhile do not either")]
    [InlineData(Paid, "off localhost:0 0 ^/one$", "Changed", HolderAccess.Suspended, "credentials sold before open nothing while it is closed, and open it again afterwards")]
    [InlineData(null, "on up:0 5 ^/one$", "Added", HolderAccess.Suspended, "credentials sold before open nothing while its address has port 0, and those sold meanwhile do not either")]
    [InlineData(null, ShutAtFormerPort, "Added", HolderAccess.Free, "free: no credential is needed")]
    [InlineData(Paid, Paid + " dynamicprice.enabled=true", "Changed", HolderAccess.Refused, "credentials sold before are refused: with dynamicprice they name the path, without it the service only")]
    [InlineData(Paid + " dynamicprice.enabled=true", Paid, "Changed", HolderAccess.Refused, "credentials sold before are refused: with dynamicprice they name the path, without it the service only")]
    public void Each_change_says_what_holders_can_do_afterwards(string? served, string? desired, string kind, HolderAccess holders, string text)
    {
        var change = Assert.Single(RolloutPlanner.Compare(Read("s", served), Read("s", desired)));

        Assert.Equal((kind, holders, text), (change.Kind.ToString(), change.Holders, change.HoldersText));
        Assert.Contains(text, Unwrap(change.ToString()), StringComparison.Ordinal);
        Assert.Contains(text, Unwrap(Plan(change).ToString()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Paid, HolderAccess.Refused, false, "was old: credentials sold under that name do not open it; only a service of that name accepts them")]
    [InlineData(Shut, HolderAccess.Refused, false, "was old: credentials sold under that name do not open it; only a service of that name accepts them")]
    [InlineData(Free, HolderAccess.IfSoldEarlier, true, "was old, which was free: credentials sold earlier under this name open it")]
    public void A_new_name_ends_what_was_sold_and_nothing_of_a_free_service(string former, HolderAccess holders, bool keeps, string text)
    {
        var change = RolloutPlanner.Compare(Read("old", former), Read("new", Paid)).Single(static change => change.Name == "new");

        Assert.Equal(("old", holders, keeps, text), (change.RenamedFrom, change.Holders, change.KeepsCredentials, change.HoldersText));
    }

    [Theory]
    [InlineData("on up:443 5 ^/o", Paid, "its requests failed until now (502); credentials sold before open it, for the requests it still matches")]
    [InlineData(Paid, Paid, "its requests failed until now (502); credentials sold before open it")]
    public void A_mended_protocol_gives_holders_what_failed_before(string served, string desired, string text)
    {
        var change = Assert.Single(RolloutPlanner.Compare([Assert.Single(Read("s", served)) with { Protocol = "HTTP" }], Read("s", desired)));

        Assert.Equal((HolderAccess.AsBefore, text), (change.Holders, change.HoldersText));
    }

    [Fact]
    public void Only_a_removal_of_what_sold_and_another_name_take_access_away()
    {
        Assert.False(Assert.Single(RolloutPlanner.Compare(Read("s", Paid), [])).KeepsCredentials);
        Assert.True(Assert.Single(RolloutPlanner.Compare(Read("s", Free), [])).KeepsCredentials);
        Assert.True(Assert.Single(RolloutPlanner.Compare(Read("s", Paid), Read("s", Shut))).KeepsCredentials);
    }

    [Fact]
    public void A_second_service_of_a_name_goes_and_the_first_keeps_its_holders()
    {
        var change = RolloutPlanner.Compare([.. Read("s", Paid), .. Read("s", "on up:443 9 ^/two$")], Read("s", Paid)).Single();

        Assert.Equal((ServiceChangeKind.Removed, HolderAccess.AsBefore), (change.Kind, change.Holders));
        Assert.Equal("another service of this name stays, and credentials sold before open that", change.HoldersText);
    }

    [Fact]
    public void A_service_that_only_moves_keeps_its_holders()
    {
        GatewayService[] services = [.. Read("a", Paid), .. Read("b", Paid)];

        var change = Assert.Single(RolloutPlanner.Compare(services, [services[1], services[0]]));

        Assert.Equal((ServiceChangeKind.Moved, HolderAccess.AsBefore), (change.Kind, change.Holders));
    }

    [Fact]
    public void What_is_the_same_for_all_of_a_kind_stands_once_in_a_plan()
    {
        var plan = Plan([.. RolloutPlanner.Compare([], [.. Read("a", Paid), .. Read("b", Paid)])]);

        Assert.Equal(2, Unwrap(plan.ToString()).Split("credentials sold earlier under this name").Length);
        Assert.Contains("\n  added: credentials sold earlier under this name open it", plan.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_of_a_comparison_names_who_can_do_more_or_less()
    {
        var plan = Plan([.. RolloutPlanner.Compare([.. Read("a", Paid), .. Read("b", Paid), .. Read("c", Paid)], [.. Read("a", "on up:443 50 ^/one$"), .. Read("c", Paid)])]);
        var drift = new DriftResult { Gateway = "memory", Status = DriftStatus.InDrift, ConfigHash = plan.ConfigHash, Valid = true, Plan = plan, Diagnostics = [] };

        var fact = Assert.Single(DriftReport.Create(drift).Facts, static fact => fact.Name == "Credentials sold before");

        Assert.Equal("open more than was paid for: a; open nothing for now: b", fact.Value);
    }

    private static RolloutPlan Plan(params ServiceChange[] changes) => new() { Gateway = "memory", ConfigHash = new ConfigHash("cfg_b"), Changes = changes };

    private static string Unwrap(string text) => string.Join(' ', text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private static GatewayService[] Read(string name, string? text)
    {
        if (text is null)
        {
            return [];
        }

        var parts = text.Split(' ');
        return
        [
            new GatewayService
            {
                Name = name,
                HostRegexp = "^h$",
                Auth = parts[0].Replace('_', ' '),
                Address = parts[1],
                Protocol = parts[1].StartsWith("127", StringComparison.Ordinal) ? "http" : "https",
                PriceSats = int.Parse(parts[2], null),
                PathRegexp = parts[3],
                Extras = parts[4..],
            },
        ];
    }
}
