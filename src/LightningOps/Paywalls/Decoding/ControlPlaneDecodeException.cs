using System;

namespace LightningOps.Paywalls.Decoding;

/// <summary>An invalid answer or snapshot (<c>ControlPlaneDecodeError</c>).</summary>
public sealed class ControlPlaneDecodeException : LightningOpsException
{
    /// <summary>Creates the failure for one member.</summary>
    /// <param name="operation">The call or file that was decoded.</param>
    /// <param name="path">Path of the member, for example <c>paywalls[3].routes[0].protocol</c>.</param>
    /// <param name="reason">What was expected there.</param>
    /// <param name="inner">The cause.</param>
    public ControlPlaneDecodeException(string operation, string path, string reason, Exception? inner)
        : base("ControlPlaneDecodeError", operation + ": " + path + " " + reason, GetRemedy(operation, path), inner)
    {
        Operation = operation;
        Path = path;
        Reason = reason;
    }

    /// <summary>Creates the failure for one member.</summary>
    /// <param name="operation">The call or file that was decoded.</param>
    /// <param name="path">Path of the member.</param>
    /// <param name="reason">What was expected there.</param>
    public ControlPlaneDecodeException(string operation, string path, string reason)
        : this(operation, path, reason, inner: null)
    {
    }

    /// <summary>Creates the failure with a specific remedy.</summary>
    /// <param name="operation">The call, file or parameter that was decoded.</param>
    /// <param name="path">The decoded value.</param>
    /// <param name="reason">What was expected there.</param>
    /// <param name="remedy">What to do.</param>
    public ControlPlaneDecodeException(string operation, string path, string reason, string remedy)
        : base("ControlPlaneDecodeError", operation + ": " + path + " " + reason, remedy)
    {
        Operation = operation;
        Path = path;
        Reason = reason;
    }

    /// <summary>The call or file that was decoded.</summary>
    public string Operation { get; }

    /// <summary>Path of the member.</summary>
    public string Path { get; }

    /// <summary>What was expected there.</summary>
    public string Reason { get; }

    // Answers of a control plane belong to a call; everything else is a snapshot.
    private static string GetRemedy(string operation, string path) =>
        operation.StartsWith("query:", StringComparison.Ordinal) || operation.StartsWith("mutation:", StringComparison.Ordinal)
            ? "Correct " + path + " in the control plane. The whole answer was refused."
            : "Correct " + path + " at its source. Nothing was imported from the snapshot.";
}
