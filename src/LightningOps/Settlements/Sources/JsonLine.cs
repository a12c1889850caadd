using System;

namespace LightningOps.Settlements.Sources;

/// <summary>A line of a file, valid until the next one is asked for.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Json">Its bytes without the line end; empty when it is too long.</param>
/// <param name="IsTooLong">Whether it was longer than lines may be, and passed over.</param>
internal readonly record struct JsonLine(long Number, ReadOnlyMemory<byte> Json, bool IsTooLong);
