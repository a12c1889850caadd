using System.Collections;
using System.Linq;
using CsCheck;
using LightningOps.Json;
using Xunit;

namespace LightningOps.Tests.Json;

/// <summary>Diagnostics are written like every other value of an artifact.</summary>
public sealed class DiagnosticJsonTests
{
    private static readonly Gen<string> Text = Gen.OneOf(Gen.String, Gen.Const("\"\\\u0000\u2028\ud83d\ude00 ü <>&'"));

    private static readonly Gen<object> Value = Gen.OneOf(
        Text.Select(text => (object)text),
        Gen.Long.Select(number => (object)number),
        Gen.Int.Select(number => (object)number),
        Gen.Bool.Select(flag => (object)flag),
        Gen.Decimal.Select(number => (object)number),
        Text.Array[0, 4].Select(texts => (object)texts),
        Text.List[0, 4].Select(texts => (object)texts));

    private static readonly Gen<IDictionary?> Details = Gen.Select(Gen.Bool, Gen.Dictionary(Text, Value)[0, 5])
        .Select((absent, members) => absent ? null : DiagnosticDetails.Create([.. members.SelectMany(member => new[] { member.Key, member.Value })]));

    private static readonly Gen<Diagnostic> Any = Gen.Select(Text, Gen.Enum<DiagnosticSeverity>(), Text, Text.Null(), Text.Null(), Details)
        .Select((code, severity, message, paywall, route, details) => new Diagnostic
        {
            Code = code,
            Severity = severity,
            Message = message,
            PaywallId = paywall,
            RouteId = route,
            RelatedRouteId = route is null ? paywall : null,
            Details = details,
        });

    [Fact]
    public void Diagnostics_are_written_as_the_general_serializer_writes_them() =>
        Any.Array[0, 4].Sample(diagnostics =>
            Assert.Equal(ArtifactJson.Serialize(diagnostics), DiagnosticJson.Serialize(diagnostics)), iter: 2000);
}
