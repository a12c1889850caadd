namespace LightningOps.Compile.Aperture;

/// <summary>How much a path language needs: the first two are compared as text.</summary>
internal enum PathShape
{
    /// <summary>Exactly one path.</summary>
    Literal,

    /// <summary>Every path that begins with a text.</summary>
    Prefix,

    /// <summary>An automaton.</summary>
    General,
}
