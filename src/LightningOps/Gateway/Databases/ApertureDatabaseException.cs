using System;

namespace LightningOps.Gateway.Databases;

/// <summary>A database of an Aperture, or a copy of one, that cannot be used; nothing was changed.</summary>
public sealed class ApertureDatabaseException : LightningOpsException
{
    /// <summary>Creates the failure of one file.</summary>
    /// <param name="tag">ApertureDatabaseUnreadable, ApertureDatabaseInUse, ApertureDatabaseTooNew, ApertureBackupUnreadable, ApertureBackupKeyMissing, FileNotReplaced or DatabaseToolFailed.</param>
    /// <param name="place">The file or database.</param>
    /// <param name="reason">What is wrong; never a secret.</param>
    /// <param name="remedy">What to do.</param>
    /// <param name="inner">The cause.</param>
    private ApertureDatabaseException(string tag, string place, string reason, string remedy, Exception? inner = null)
        : base(tag, place + " " + reason, remedy, inner) => Place = place;

    /// <summary>The file or database.</summary>
    public string Place { get; }

    internal static ApertureDatabaseException InUse(string place, string reason, string remedy, Exception? inner = null) => new(
        "ApertureDatabaseInUse", place, reason, remedy, inner);

    internal static ApertureDatabaseException TooNew(string place, string reason, string remedy, Exception? inner = null) => new(
        "ApertureDatabaseTooNew", place, reason, remedy, inner);

    internal static ApertureDatabaseException BackupUnreadable(string place, string reason, string remedy, Exception? inner = null) => new(
        "ApertureBackupUnreadable", place, reason, remedy, inner);

    internal static ApertureDatabaseException NotReplaced(string place) => new(
        "FileNotReplaced", place, "is not a copy made by Backup-ApertureDatabase, and is not replaced by one.", "Name another file for the copy.");

    internal static ApertureDatabaseException KeyMissing(string place, string reason, string remedy, Exception? inner = null) => new(
        "ApertureBackupKeyMissing", place, reason, remedy, inner);

    internal static ApertureDatabaseException NotCopied(string place, string reason, string remedy, Exception? inner = null) => new(
        "ApertureDatabaseUnreadable", place, reason, remedy, inner);

    internal static ApertureDatabaseException ToolFailed(string place, string reason, string remedy, Exception? inner = null) => new(
        "DatabaseToolFailed", place, reason, remedy, inner);

    internal static ApertureDatabaseException Unreadable(string place, string reason, Exception? inner = null) => new(
        "ApertureDatabaseUnreadable", place, "cannot be read: " + reason.TrimEnd('.') + ".", "Name the aperture.yaml or the SQLite file of Aperture v0.5.0 or of the main branch of August 2026.", inner);

    internal static ApertureDatabaseException UnknownSchema(string place, long schema, bool isDirty) => new(
        "ApertureDatabaseUnreadable",
        place,
        isDirty
            ? FormattableString.Invariant($"has schema {schema}, whose migration was not finished.")
            : FormattableString.Invariant($"has schema {schema}, which is not known: 7 (v0.5.0) and 9 (main) are."),
        isDirty ? "Start the Aperture that migrated it and look at its log, or restore a copy." : "Use a version of LightningOps that knows the Aperture that opened it.");
}
