namespace LightningOps.ControlPlane;

/// <summary>A payment proof that is not a lower-case hex preimage; the value is not repeated.</summary>
public sealed class InvalidPreimageException : LightningOpsException
{
    /// <summary>Creates the failure for one settlement.</summary>
    /// <param name="settlementId">The settlement whose proof it is.</param>
    public InvalidPreimageException(string settlementId)
        : base("invalid_preimage", "paymentProofValue of settlement " + settlementId + " is not lower-case hex", "Report the preimage as lower-case hexadecimal digits.")
    {
        SettlementId = settlementId;
    }

    /// <summary>The settlement whose proof it is.</summary>
    public string SettlementId { get; }
}
