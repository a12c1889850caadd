using System.IO;
using LightningOps.PowerShell.Tests.Hosting;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

public sealed class ExportJsonTests
{
    [Theory]
    [InlineData("[ordered]@{ Name = 'x'; list = 1, 'two', $null } | Export-Json", """{"Name":"x","list":[1,"two",null]}""")]
    [InlineData("[pscustomobject]@{ Name = 'x'; Inner = [pscustomobject]@{ A = $true } } | Export-Json", """{"Name":"x","Inner":{"A":true}}""")]
    [InlineData("Export-Json -InputObject 'é \"quoted\"'", "\"é \\\"quoted\\\"\"")]
    [InlineData("Export-Json -InputObject ('a' + [char] 0x202e + [char] 0x9b + [char] 0x2028 + 'é')", "\"a\\u202e\\u009b\\u2028é\"")]
    [InlineData("[datetime]::SpecifyKind([datetime] '2026-02-12 07:53', 'Utc') | Export-Json", "\"2026-02-12T07:53:00Z\"")]
    [InlineData("@{ x = [double]::NaN } | Export-Json", """{"x":"NaN"}""")]
    [InlineData("Export-Json -InputObject $null", "null")]
    [InlineData("[ordered] @{ file = [IO.FileInfo] '/x'; handle = [IntPtr] 7 } | Export-Json | ForEach-Object Substring 0 8", "{\"file\":")]
    [InlineData("[Diagnostics.Process]::GetCurrentProcess() | Export-Json | ForEach-Object Substring 0 1", "{")]
    [InlineData("1, 2 | Export-Json -AsArray", "[1,2]")]
    [InlineData("[pscustomobject] @{ msats = 3000 } | Add-Member ScriptProperty sats { $this.msats / 1000 } -PassThru | Export-Json", """{"msats":3000,"sats":3}""")]
    [InlineData("[pscustomobject] @{ msats = $null } | Add-Member ScriptProperty sats { if ($this.msats) { 1 } } -PassThru | Export-Json", """{"msats":null,"sats":null}""")]
    [InlineData("[pscustomobject] @{ c = [pscredential]::new('ada', [securestring]::new()) } | Export-Json", """{"c":null}""")]
    [InlineData("@() | Export-Json -AsArray", "[]")]
    [InlineData("try { throw 'it broke' } catch { $_ | Export-Json }", """{"ok":false,"error":"it broke"}""")]
    public void Values_become_json(string script, string json)
    {
        using var session = new ModuleSession();

        Assert.Equal(json, session.Run(script).Text());
    }

    [Fact]
    public void Each_input_gives_a_string_of_its_own()
    {
        using var session = new ModuleSession();

        Assert.Equal(["1", "2"], System.Linq.Enumerable.Select(session.Run("1, 2 | Export-Json").Output, static text => text.ToString()));
    }

    [Fact]
    public void A_secure_string_is_not_written()
    {
        using var session = new ModuleSession();

        Assert.Equal("""{"s":null}""", session.Run("$s = [securestring]::new(); $s.AppendChar('q'); @{ s = $s } | Export-Json").Text());
    }

    [Fact]
    public void An_object_that_contains_itself_is_an_error_and_the_next_is_written()
    {
        using var session = new ModuleSession();

        var outcome = session.Run("$a = @{}; $a.self = $a; $a, 1 | Export-Json");

        outcome.Error("JsonNotPossible");
        Assert.Equal("1", Assert.Single(outcome.Output).ToString());
    }

    [Fact]
    public void An_object_without_an_end_is_an_error()
    {
        using var session = new ModuleSession();

        session.Run("$a = @{}; foreach ($i in 1..60) { $a = @{ a = $a } }; $a | Export-Json").Error("JsonNotPossible");
    }

    [Fact]
    public void Several_inputs_make_an_array_in_the_file_and_are_passed_on()
    {
        using var session = new ModuleSession();

        var outcome = session.Run("1, 2 | Export-Json -Path out.json -PassThru");

        Assert.Equal(2, outcome.Output.Count);
        Assert.Equal("[1,2]\n", File.ReadAllText(session.Folder.File("out.json")));
    }

    [Fact]
    public void WhatIf_writes_no_file()
    {
        using var session = new ModuleSession();

        session.Run("1 | Export-Json -Path out.json -WhatIf");

        Assert.Empty(Directory.GetFiles(session.Folder.Path));
    }
}
