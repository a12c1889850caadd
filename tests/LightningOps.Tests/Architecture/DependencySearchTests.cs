using System;
using System.Collections.Generic;
using System.Linq;
using NetArchTest.Rules;
using Xunit;

namespace LightningOps.Tests.Architecture;

/// <summary>The search for uses finds every way in which one type can use another.</summary>
public sealed class DependencySearchTests
{
    private const string Planted = "LightningOps.Tests.Architecture.Planted.";

    private static readonly Lazy<IReadOnlyCollection<string>> Found = new(static () =>
        Types.InAssembly(typeof(DependencySearchTests).Assembly).That().ResideInNamespace(Planted + "Users")
            .Should().MeetCustomRule(new UsesNothingFrom(Planted + "Used")).GetResult().FailingTypeNames.ToArray());

    public static TheoryData<string> Users() => new(typeof(DependencySearchTests).Assembly.GetTypes()
        .Where(static type => type.Namespace == Planted + "Users" && type.Name.StartsWith("By", StringComparison.Ordinal) && !type.IsNested)
        .Select(static type => type.Name));

    [Theory]
    [MemberData(nameof(Users))]
    public void A_planted_use_is_found(string user) => Assert.Contains(Planted + "Users." + user, Found.Value);

    [Fact]
    public void A_name_in_a_text_is_no_use() => Assert.DoesNotContain(Planted + "Users.Not.Stranger", Found.Value);
}
