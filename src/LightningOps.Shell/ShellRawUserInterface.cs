using System;
using System.Globalization;
using System.Management.Automation.Host;

namespace LightningOps.Shell;

/// <summary>The size of the screen, which formatting asks for; the rest of a console is not offered.</summary>
internal sealed class ShellRawUserInterface : PSHostRawUserInterface
{
    /// <summary>Width of output that goes to a file or a pipe, as in pwsh.</summary>
    private const int RedirectedWidth = 120;
    private const int Height = 50;

    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

    public override Size BufferSize
    {
        get => new(Width, Height);
        set { }
    }

    public override Size WindowSize
    {
        get => new(Width, Height);
        set { }
    }

    public override Size MaxWindowSize => WindowSize;

    public override Size MaxPhysicalWindowSize => WindowSize;

    public override Coordinates CursorPosition { get; set; }

    public override Coordinates WindowPosition { get; set; }

    public override int CursorSize { get; set; } = 1;

    public override bool KeyAvailable => false;

    public override string WindowTitle { get; set; } = "LightningOps";

    public override KeyInfo ReadKey(ReadKeyOptions options) => throw new NotSupportedException("This shell does not read single keys.");

    public override void FlushInputBuffer()
    {
    }

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw new NotSupportedException("This shell has no screen buffer.");

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents)
    {
    }

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
    }

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill)
    {
    }

    private static int Width
    {
        get
        {
            if (int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var columns) && columns > 0)
            {
                return columns;
            }

            return Console.IsOutputRedirected || Console.WindowWidth <= 0 ? RedirectedWidth : Console.WindowWidth;
        }
    }
}
