using System.Management.Automation;

namespace LightningOps.Shell;

/// <summary>An error record in two lines: who and what, and what to do about it.</summary>
internal static class ErrorText
{
    public static string Of(ErrorRecord error)
    {
        var command = error.InvocationInfo?.MyCommand?.Name;
        var message = error.ErrorDetails?.Message is { Length: > 0 } details ? details : error.Exception.Message;
        var text = string.IsNullOrEmpty(command) ? message : command + ": " + message;
        if (error.Exception is ParseException)
        {
            return text;
        }

        var remedy = error.ErrorDetails?.RecommendedAction;
        return string.IsNullOrEmpty(remedy) ? text : text + "\n  " + remedy;
    }
}
