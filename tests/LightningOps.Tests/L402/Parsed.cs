using System;
using LightningOps.L402.Challenges;
using LightningOps.L402.Macaroons;

namespace LightningOps.Tests.L402;

/// <summary>Texts that must be readable.</summary>
internal static class Parsed
{
    public static L402Authorization Authorization(string headerValue) =>
        L402Authorization.TryParse(headerValue, out var authorization, out var error) ? authorization : throw new ArgumentException(error.Code, nameof(headerValue));

    public static Caveat Caveat(string text) =>
        LightningOps.L402.Macaroons.Caveat.TryParse(text, out var caveat, out var error) ? caveat : throw new ArgumentException(error.Code, nameof(text));
}
