using System.Collections.Generic;

namespace LightningOps.Tests.Support;

/// <summary>A request as it came over the wire; header names in lower case.</summary>
public sealed record RecordedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body);
