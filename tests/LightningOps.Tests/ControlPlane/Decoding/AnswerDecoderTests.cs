using System;
using System.Text;
using CsCheck;
using LightningOps.ControlPlane.Decoding;
using LightningOps.Json;
using LightningOps.Paywalls.Decoding;
using Xunit;

namespace LightningOps.Tests.ControlPlane.Decoding;

public sealed class AnswerDecoderTests
{
    private const string Security = """
        {"ok":true,"global":{"stateId":"global","globalPause":true,"denyReasonCode":"global_pause_active","denyReason":"why","updatedBy":"me","updatedAtMs":1},
        "ownerControls":[{"ownerId":"o","killSwitch":false,"updatedAtMs":2}],
        "credentialRoles":[{"role":"gateway_invoice","status":"rotating","version":3,"fingerprint":"fp","note":"n","updatedAtMs":3,"lastRotatedAtMs":4,"revokedAtMs":5}]}
        """;

    private const string SecurityInProtobufForm = """
        {"ok":true,"global":{"state_id":"global","global_pause":true,"deny_reason_code":"SECURITY_DENY_REASON_CODE_GLOBAL_PAUSE_ACTIVE","deny_reason":"why","updated_by":"me","updated_at_ms":"1"},
        "owner_controls":[{"owner_id":"o","kill_switch":false,"deny_reason_code":"SECURITY_DENY_REASON_CODE_UNSPECIFIED","updated_at_ms":"2"}],
        "credential_roles":[{"role":"CREDENTIAL_ROLE_GATEWAY_INVOICE","status":"CREDENTIAL_ROLE_STATUS_ROTATING","version":"3","fingerprint":"fp","note":"n","updated_at_ms":"3","last_rotated_at_ms":"4","revoked_at_ms":"5"}]}
        """;

    [Fact]
    public void The_security_state_decodes_alike_from_both_forms() =>
        Assert.Equal(ArtifactJson.Serialize(Decode(Security, AnswerDecoder.ReadSecurity)), ArtifactJson.Serialize(Decode(SecurityInProtobufForm, AnswerDecoder.ReadSecurity)));

    [Fact]
    public void A_deployment_decodes_alike_from_both_forms()
    {
        const string plain = """{"deployment":{"deploymentId":"d","paywallId":null,"configHash":"cfg_1","imageDigest":"sha","status":"rolled_back","diagnostics":[{"Keep_me":1}],"appliedAtMs":1,"rolledBackFrom":"cfg_0","createdAtMs":2,"updatedAtMs":3,"metadata":{"a_b":2}}}""";
        const string protobuf = """{"deployment":{"deployment_id":"d","config_hash":"cfg_1","image_digest":"sha","status":"DEPLOYMENT_INTENT_STATUS_ROLLED_BACK","diagnostics":[{"Keep_me":1}],"applied_at_ms":"1","rolled_back_from":"cfg_0","created_at_ms":"2","updated_at_ms":"3","metadata":{"a_b":2}}}""";
        var decoded = Decode(plain, AnswerDecoder.ReadDeployment);

        Assert.Equal(decoded, Decode(protobuf, AnswerDecoder.ReadDeployment));
        Assert.Equal((DeploymentStatus.RolledBack, "[{\"Keep_me\":1}]", "{\"a_b\":2}"), (decoded.Status, decoded.Diagnostics!.Value, decoded.Metadata!.Value));
    }

    [Theory]
    [InlineData("\"rotating\"", "5", "credentialRoles[0].status")]
    [InlineData("\"version\":3", "\"version\":true", "credentialRoles[0].version")]
    [InlineData("\"killSwitch\":false,", "", "ownerControls[0].killSwitch")]
    [InlineData("\"globalPause\":true", "\"globalPause\":null", "global.globalPause")]
    [InlineData("\"ownerControls\":[", "\"ownerControls\":[[],", "ownerControls[0]")]
    [InlineData("\"ownerControls\"", "\"other\"", "ownerControls")]
    public void A_malformed_record_is_named_by_its_path(string from, string to, string path) =>
        Assert.Equal(path, Assert.Throws<ControlPlaneDecodeException>(() => Decode(Security.Replace(from, to, StringComparison.Ordinal), AnswerDecoder.ReadSecurity)).Path);

    [Fact]
    public void No_bytes_crash_a_decoder() =>
        Gen.Select(Gen.Int[0, SecurityInProtobufForm.Length - 1], Gen.Byte, Gen.Int[0, SecurityInProtobufForm.Length]).Sample((at, value, end) =>
        {
            var bytes = Encoding.UTF8.GetBytes(SecurityInProtobufForm);
            bytes[at] = value;
            NeverCrashes(bytes, AnswerDecoder.ReadSecurity);
            NeverCrashes(bytes.AsSpan(0, end), AnswerDecoder.ReadSecurity);
            NeverCrashes(bytes, AnswerDecoder.ReadSettlement);
        });

    private static void NeverCrashes<T>(ReadOnlySpan<byte> bytes, ValueDecoder<T> decode)
    {
        try
        {
            JsonDecoding.Decode(bytes, "random", new StringPool(), decode);
        }
        catch (ControlPlaneDecodeException)
        {
            // The only possible failure.
        }
    }

    private static T Decode<T>(string json, ValueDecoder<T> decode) => JsonDecoding.Decode(Encoding.UTF8.GetBytes(json), "test", new StringPool(), decode);
}
