namespace LightningOps.Gateway.ApertureFile;

/// <summary>Stands for a value that was checked while it was read and not kept.</summary>
internal sealed class StreamedNode(TextPosition position) : ConfigNode(position, null);
