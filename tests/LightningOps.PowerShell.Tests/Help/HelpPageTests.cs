using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using LightningOps.HelpCompiler;
using LightningOps.PowerShell.Tests.Hosting;
using Xunit;

namespace LightningOps.PowerShell.Tests.Help;

/// <summary>The pages of docs/en-US against the cmdlets of the module. <c>./build.ps1 -Task Docs</c> brings them in step.</summary>
public sealed class HelpPageTests : IClassFixture<ExportedCmdlets>
{
    private static readonly string Pages = Path.Combine(Places.Repository, "docs", "en-US");
    private readonly ExportedCmdlets cmdlets;

    public HelpPageTests(ExportedCmdlets cmdlets) => this.cmdlets = cmdlets;

    public static TheoryData<string> Names => new(Documented());

    [Fact]
    public void Every_cmdlet_has_a_page_and_every_page_a_cmdlet() =>
        Assert.Equal(cmdlets.All.Keys.Order(StringComparer.Ordinal), Documented());

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_says_what_the_cmdlet_does_with_three_examples_and_its_errors(string name)
    {
        var page = GetPage(name);

        Assert.Equal(name, page.Name);
        Assert.NotEmpty(page.Synopsis);
        Assert.NotEmpty(page.Description);
        Assert.InRange(page.Examples.Count, 3, 20);
        Assert.All(page.Examples, static example => Assert.True(example.Code.Length > 0 && example.Remarks.Count > 0, example.Title));
        Assert.All(page.Parameters, static parameter => Assert.True(parameter.Description.Count > 0, parameter.Name));
        Assert.NotEmpty(page.Notes);
        Assert.NotEmpty(page.Outputs);
        Assert.NotEmpty(page.Links);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_has_the_parameters_of_the_cmdlet(string name)
    {
        var own = cmdlets.All[name].ParameterSets.SelectMany(static set => set.Parameters).Select(static parameter => parameter.Name).Distinct();

        Assert.Equal(own.Except(Cmdlet.CommonParameters).Order(StringComparer.Ordinal), GetPage(name).Parameters.Select(static parameter => parameter.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_parameter_is_bound_as_its_page_says(string name)
    {
        var page = GetPage(name);
        foreach (var set in cmdlets.All[name].ParameterSets)
        {
            foreach (var parameter in set.Parameters.Where(static parameter => !Cmdlet.CommonParameters.Contains(parameter.Name)))
            {
                var use = page.Parameters.Single(described => described.Name == parameter.Name).Uses.Single(use => use.IsIn(set.Name));

                Assert.Equal(Bound(set.Name, parameter), Told(set.Name, parameter.Name, use));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_default_the_class_has_is_that_of_the_page(string name)
    {
        var command = cmdlets.All[name];
        var instance = Activator.CreateInstance(command.ImplementingType)!;
        foreach (var parameter in GetPage(name).Parameters.Where(static parameter => !parameter.Uses[0].IsSwitch && parameter.Name != "UpdatedBy"))
        {
            var value = command.ImplementingType.GetProperty(parameter.Name)!.GetValue(instance);
            if (GetText(value) is { } text)
            {
                Assert.Equal((parameter.Name, text), (parameter.Name, parameter.Uses[0].DefaultValue));
            }
        }
    }

    private static IEnumerable<string> Documented() =>
        Directory.GetFiles(Pages, "*-*.md").Select(static file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    private static HelpPage GetPage(string name) => HelpPageReader.Read(Path.Combine(Pages, name + ".md"));

    private static string Bound(string set, CommandParameterInfo parameter)
    {
        string[] ways = [.. new[] { parameter.ValueFromPipelineByPropertyName ? "ByPropertyName" : null, parameter.ValueFromPipeline ? "ByValue" : null }.OfType<string>()];
        return Line(
            set,
            parameter.Name,
            GetName(parameter.ParameterType),
            parameter.Aliases,
            parameter.IsMandatory,
            parameter.Position < 0 ? "Named" : parameter.Position.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ways.Length == 0 ? "False" : "True (" + string.Join(", ", ways) + ")",
            parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any());
    }

    private static string Told(string set, string name, ParameterUse use) =>
        Line(set, name, use.Type, use.Aliases, use.Required, use.Position, use.PipelineInput, use.Wildcards);

    private static string Line(string set, string name, string type, IEnumerable<string> aliases, bool required, string position, string pipeline, bool wildcards) =>
        $"{set}: -{name} <{type}> aliases {string.Join(", ", aliases)} required {required} position {position} pipeline {pipeline} wildcards {wildcards}";

    private static string GetName(Type type) => (Nullable.GetUnderlyingType(type) ?? type).Name;

    /// <summary>What the class holds before anything is bound; null when that is nothing.</summary>
    private static string? GetText(object? value) => value switch
    {
        null => null,
        Array { Length: 0 } => null,
        Array several => string.Join(", ", several.Cast<object>().Select(static one => LanguagePrimitives.ConvertTo<string>(one))),
        System.Collections.ICollection => null,
        ValueType number when number.Equals(Activator.CreateInstance(number.GetType())) => null,
        _ when LanguagePrimitives.ConvertTo<string>(value) is { Length: > 0 } text => text,
        _ => null,
    };
}
