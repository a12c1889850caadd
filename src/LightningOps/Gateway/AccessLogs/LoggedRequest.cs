namespace LightningOps.Gateway.AccessLogs;

/// <summary>A request as a line of a log has it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Host">The Host header, or what stands for it.</param>
/// <param name="Target">The target as sent, with its query.</param>
internal readonly record struct LoggedRequest(string Method, string Host, string Target);
