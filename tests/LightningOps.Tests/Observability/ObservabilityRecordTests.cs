using System;
using System.Linq;
using System.Text.Json;
using LightningOps.Json;
using LightningOps.Observability;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Observability;

public sealed class ObservabilityRecordTests
{
    private static readonly JsonElement Recorded = Vectors.Json("smoke/observability.json");

    private static readonly ObservabilityRecord[] Records = Recorded.GetProperty("records")
        .EnumerateArray()
        .Select(record => record.Deserialize<ObservabilityRecord>(ArtifactJson.Options)!)
        .ToArray();

    [Fact]
    public void A_record_has_the_recorded_members_in_the_recorded_order_and_writes_unknown_as_null() =>
        Assert.Equal(
            Recorded.GetProperty("records").EnumerateArray().Select(record => record.GetRawText()),
            Records.Select(record => ArtifactJson.Serialize(record)));

    [Fact]
    public void The_required_keys_are_the_recorded_ones() =>
        Assert.Equal(Recorded.GetProperty("requiredFieldKeys").Deserialize<string[]>(), ObservabilityKeys.Required);

    [Fact]
    public void The_correlation_is_the_recorded_one() =>
        Assert.Equal(Recorded.GetProperty("correlation").GetRawText(), ArtifactJson.Serialize(ObservabilityCorrelation.From(Records)));

    [Fact]
    public void References_are_sorted_by_code_unit_and_each_is_named_once()
    {
        var correlation = ObservabilityCorrelation.From(
            new[] { "b", "a", "B", "b", null, "\u00e4", string.Empty }.Select(id => Records[0] with { RequestId = id }));

        Assert.Equal(["B", "a", "b", "\u00e4"], correlation.RequestIds);
    }

    [Fact]
    public void A_record_lacks_nothing() => Assert.Empty(ObservabilityKeys.MissingFrom(Records));

    [Fact]
    public void What_some_json_lacks_is_named_in_order()
    {
        using var partial = JsonDocument.Parse(
            "{" + string.Join(",", ObservabilityKeys.Required.Where(key => key is not ("taskId" or "plane")).Select(key => $"\"{key}\":null")) + "}");

        Assert.Equal(["taskId", "plane"], ObservabilityKeys.MissingFrom(partial.RootElement));
        Assert.Equal(ObservabilityKeys.Required, ObservabilityKeys.MissingFrom(default(JsonElement)));
    }

    [Theory]
    [InlineData(ExecutionPath.LocalNode, "local-node")]
    [InlineData(ExecutionPath.HostedNode, "hosted-node")]
    public void The_execution_path_is_written_with_a_hyphen(ExecutionPath path, string name) =>
        Assert.Equal(name, JsonSerializer.SerializeToElement(Records[0] with { ExecutionPath = path }, ArtifactJson.Options).GetProperty("executionPath").GetString());

    [Fact]
    public void The_records_of_operations_are_the_recorded_ones()
    {
        Assert.Equal(Records[0], OperationRecords.Reconcile("smoke:observability", null, Records[0].ObservedAtMs));
        Assert.Equal(Records[1], OperationRecords.GatewayHealth("smoke:observability", null, Records[1].ObservedAtMs));
        Assert.Equal(Records[4], OperationRecords.ForGate("smoke:observability:security", "owner_security_smoke", "global_pause_active", Records[4].ObservedAtMs));
        Assert.Equal(Records[2].Endpoint, OperationRecords.Settlement("pw_weather", 0).Endpoint);
    }

    [Fact]
    public void No_credential_of_an_address_is_in_a_record()
    {
        var record = OperationRecords.Purchase("r", new Uri("https://me:pass@example.com:8443/a%20b?token=secret#part"), 1);

        Assert.Equal("https://example.com:8443/a%20b", record.Endpoint);
    }
}
