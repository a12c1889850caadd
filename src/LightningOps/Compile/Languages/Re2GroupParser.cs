namespace LightningOps.Compile.Languages;

/// <summary>Parses Perl's group syntax: names, flags, groups that do not capture. Go: parsePerlFlags.</summary>
internal static class Re2GroupParser
{
    private const string BadPerlSyntax = "invalid or unsupported Perl syntax";
    private const string BadName = "invalid named capture";

    /// <summary>
    /// Parses what begins with <c>(?</c> at the cursor: opens the group, or changes the flags. False with an error.
    /// </summary>
    public static bool TryParse(Re2Cursor cursor, Re2TreeBuilder tree)
    {
        var start = cursor.Position;
        var isNamed = cursor.IsAt('<', 2) && start + 3 < cursor.Text.Length;
        if (isNamed || (cursor.IsAt('P', 2) && cursor.IsAt('<', 3) && start + 4 < cursor.Text.Length))
        {
            return TryParseNamed(cursor, tree, start, start + (isNamed ? 3 : 4));
        }

        cursor.Position += 2;
        var flags = tree.Flags;
        var isOff = false;
        var sawFlag = false;
        while (!cursor.AtEnd)
        {
            var c = cursor.Read();
            if (c is ':' or ')' && (!isOff || sawFlag))
            {
                if (c == ':')
                {
                    tree.Open(captures: false, start);
                }

                tree.Flags = flags;
                return true;
            }

            if (c == '-' && !isOff)
            {
                isOff = true;
                sawFlag = false;
            }
            else if (c is 'i' or 'm' or 's' or 'U')
            {
                flags = flags.With((char)c, !isOff);
                sawFlag = true;
            }
            else
            {
                break;
            }
        }

        return cursor.Fail(BadPerlSyntax, start, cursor.Position);
    }

    private static bool TryParseNamed(Re2Cursor cursor, Re2TreeBuilder tree, int start, int nameStart)
    {
        var end = cursor.Text.IndexOf('>', start);
        if (end < 0)
        {
            return cursor.Fail(BadName, start, cursor.Text.Length);
        }

        for (var i = nameStart; i < end; i++)
        {
            if (cursor.Text[i] != '_' && !Re2EscapeParser.IsAlphanumeric(cursor.Text[i]))
            {
                return cursor.Fail(BadName, start, end + 1);
            }
        }

        if (end <= nameStart)
        {
            return cursor.Fail(BadName, start, end + 1);
        }

        tree.Open(captures: true, start);
        cursor.Position = end + 1;
        return true;
    }
}
