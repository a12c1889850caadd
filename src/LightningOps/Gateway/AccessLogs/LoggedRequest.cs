namespace LightningOps.Gateway.AccessLogs;

/// <summary>A request in a line of a log.</summary>
/// <param name="Method">The method.</param>
/// <param name="Host">The Host header, or its equivalent.</param>
/// <param name="Target">The target as sent, with its query.</param>
internal readonly record struct LoggedRequest(string Method, string Host, string Target);
