namespace LightningOps.Gateway.ApertureFile;

/// <summary>Why it is not known whether Aperture has loaded its file, each with the remedy that fits.</summary>
internal static class FileLoadDoubts
{
    private const string UseRestart = "Aperture reads its file only when it starts: use a -ReloadCommand that restarts it, and run the command again.";

    /// <summary>There is no reload command.</summary>
    public static LoadDoubt NoCommand { get; } = new(
        "there is no -ReloadCommand, and no answer or list has shown that it is loaded",
        LoadDoubt.Unknown.Remedy);

    /// <summary>The file has no address at which a restart could be seen.</summary>
    public static LoadDoubt NoAddress { get; } = new(
        "the file has no usable listenaddr, so that a restart cannot be seen",
        "Set listenaddr in the aperture.yaml, and run the command again.");

    /// <summary>The reload command ended well, and no restart was seen.</summary>
    /// <param name="address">Listen address of the file.</param>
    /// <param name="wasUp">Whether the gateway accepted connections before the command.</param>
    public static LoadDoubt NoRestart(string address, bool wasUp) => wasUp
        ? new("the reload command ended with 0, and " + address + " was not seen to go down and come back", UseRestart)
        : new("nothing was seen to listen at " + address + " before the reload command, so that a restart could not be seen", "Run the command again while the gateway is up. If it listens at another address, correct listenaddr in the aperture.yaml.");

    /// <summary>The process went down and has not come back.</summary>
    /// <param name="address">Listen address of the file.</param>
    public static LoadDoubt NotBack(string? address) => new(
        "it was seen to go down, and not to come back at " + address,
        "Check the log of the gateway, start it, and run the command again.");

    /// <summary>Rows of Aperture's database may precede the file.</summary>
    /// <param name="rows">The rows that were read.</param>
    /// <param name="wasRestarted">Whether a restart was seen.</param>
    public static LoadDoubt Rows(LiveRows rows, bool wasRestarted) => (rows, wasRestarted) switch
    {
        ({ Listed: null, Stored: null }, _) => new(
            (wasRestarted ? "a restart was seen, but " : string.Empty) + "the admin API of the file is on, and neither its list nor the rows of its database can be read (" + rows.Trouble?.TrimEnd('.') + ")",
            "Make the admin API or its database readable: its rows may precede the file, so that neither a restart nor a challenge shows the load. Then run the command again."),
        (_, false) => new("no restart was seen, and the services that the admin API lists do not show that the file is loaded", UseRestart),
        ({ Listed: null }, true) => new(
            "a restart was seen, but rows of Aperture's database precede the file, and the list of the admin API cannot be read (" + rows.Trouble?.TrimEnd('.') + ")",
            "Make the admin API readable, and run the command again."),
        _ => new("a restart was seen, but the services that the admin API lists differ from the file", "Compare them with Test-ApertureDrift, and run the command again."),
    };
}
