using System;
using System.Collections.Generic;
using System.Globalization;

namespace LightningOps.Re2.Syntax;

/// <summary>General categories and scripts of Unicode 15, which Go's <c>unicode</c> has since 1.21.</summary>
/// <remarks>
/// Kept here because the runtimes this library loads in have data of several versions, and none has scripts: an expression
/// means the same on each. Source: UnicodeData.txt and Scripts.txt, Unicode 15.0.
/// </remarks>
internal static class UnicodeTables
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%";

    /// <summary>The code points of each category, by <see cref="UnicodeCategory"/>.</summary>
    public static CodePointSet[] ReadCategories()
    {
        var ranges = new List<int>[Letters.Length];
        for (var i = 0; i < ranges.Length; i++)
        {
            ranges[i] = new List<int>();
        }

        var first = 0;
        for (var at = 0; at < CategoryRuns.Length;)
        {
            var bounds = ranges[Letters.IndexOf(CategoryRuns[at++])];
            var length = ReadNumber(CategoryRuns, ref at) ?? 1;
            bounds.Add(first);
            bounds.Add(first + length - 1);
            first += length;
        }

        return Array.ConvertAll(ranges, CodePointSet.FromUnordered);
    }

    /// <summary>The code points of each script, by its name as the standard writes it.</summary>
    public static IEnumerable<KeyValuePair<string, CodePointSet>> ReadScripts()
    {
        foreach (var script in ScriptRanges.Split(';'))
        {
            var end = script.IndexOf(' ');
            var ranges = new List<int>();
            for (int at = end, next = 0; at < script.Length;)
            {
                at++;
                var low = next + ReadNumber(script, ref at)!.Value;
                var high = low;
                if (at < script.Length && script[at] == '-')
                {
                    at++;
                    high += ReadNumber(script, ref at)!.Value;
                }

                ranges.Add(low);
                ranges.Add(high);
                next = high + 1;
            }

            yield return new KeyValuePair<string, CodePointSet>(script.Substring(0, end), CodePointSet.FromUnordered(ranges));
        }
    }

    // A number of base 36, or null where there is none.
    private static int? ReadNumber(string text, ref int at)
    {
        int? number = null;
        for (; at < text.Length && text[at] is (>= '0' and <= '9') or (>= 'a' and <= 'z'); at++)
        {
            number = ((number ?? 0) * 36) + text[at] - (text[at] <= '9' ? '0' : 'a' - 10);
        }

        return number;
    }

    // Runs of code points from U+0000 on: the letter of their category and how many they are, if more than one.
    private const string CategoryRuns =
        "OwLY3!Y3UVYZYTY2IaY2Z3Y2AqUYV#S#BqUZVZOxLY!4$Y#$EWZP$#$ZK2#BY2#KEXK3YAnZA7BoZB8ABABABABABABABABABABABABABABABABABABABABABABABABABABABAB2ABABABABABABAB" +
        "AB2ABABABABABABABABABABABABABABABABABABABABABABABA2BABAB3A2BABA2BA3B2A4BA2BA3B3A2BA2BABABA2BAB2ABA2BA3BABA2B2EAB3E4ACBACBACBABABABABABABABAB2ABABABABA" +
        "BABABABAB2ACBABA3BABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB7A2BA2B2ABA4BABABABAB1xEBrDi#4Dc#eD5#7D#D#hF34ABABD#AB%2DB3YA%4#2AYA3%A%A2" +
        "BAh%A9BzAB2A3B3ABABABABABABABABABABABAB5ABZABA2B2A1fB1cABABABABABABABABABABABABABABABABAB$F5H2ABABABABABABABABABABABABABABABABABABABABABABABABABABABA2" +
        "BABABABABABAB2ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB%A12%2DY6B15YT%2$2!%F19TFYF2YF2YF%8Er%4E" +
        "4Y2%bP6Z3Y2!Y2$2FbYPY3EwDEaFlIaY4E2FE2rYEF7P$F6D2F2$F4E2IaE3$2EYe%PEFEuFr%2E2hFbE%eIaExF9D2$Y3D%2F!2EmF4DF9DF3DF5%2Yf%EpF3%2Y%Eb%5Eo#E6%P2%6F8E15DFoPF" +
        "wGE1iFGFEG3F8G4FG2EF7EaF2Y2IaYDEfFG2%E8%2E2%2Em%E7%E%3E4%2FEG3F4%2G2%2G2FE%8G%4E2%E3F2%2IaE2!2K6$!EYF%2F2G%E6%4E2%2Em%E7%E2%E2%E2%2F%G3F2%4F2%2F3%3F%7" +
        "E4%E%7IaF2E3FY%aF2G%E9%E3%Em%E7%E2%E5%2FEG3F5%F2G%G2F%2E%fE2F2%2IaY!%7EF6%FG2%E8%2E2%2Em%E7%E2%E5%2FEGFGF4%2G2%2G2F%7F2G%4E2%E3F2%2Ia$EK6%aFE%E6%3E3%E" +
        "4%3E2%E%E2%3E2%3E3%3Ec%4G2FG2%3G3%G3F%2E%6G%eIaK3$6!$%5FG3FE8%E3%En%Eg%2FEF3G4%F3%F4%7F2%E3%2E%2E2F2%2Ia%7YK7$EFG2YE8%E3%En%Ea%E5%2FEGFG5%FG2%G2F2%7G2" +
        "%6E2%E2F2%2Ia%E2G%cF2G2E9%E3%E15F2EG3F4%G3%G3FE$%4E3GK7E3F2%2IaK9$E6%FG2%Ei%3Eo%E9%E%2E7%3F%4G3F3%F%G8%6Ia%2G2Y%cE1cFE2F7%4!E6DF8YIaY2%11E2%E%E5%Eo%E%" +
        "EaFE2F9E%2E5%D%F7%Ia%2E4%wE$3Yf$Y$3F2$6IaKa$F$F$FUVUVG2E8%E10%4FeGF5YF2E5Fb%F10%$8F$6%$2Y5$4Y2%11E17G2F4GF6GF2G2F2EIaY6E6G2F2E4F3EG3E2G7E3F4EdFG2F2G6F" +
        "EGIaG3F$2A12%A%5A%2B17YDB3E95%E4%2E7%E%E4%2E15%E4%2Ex%E4%2E7%E%E4%2Ef%E1l%E4%2E1v%2F3Y9Kk%3Eg$a%6A2e%2B6%2TEh8$YEhLEqUV%3E23Y3J3E8%7EiF3G%9EjF2GY2%9Ei" +
        "F2%cEd%E3%F2%cE1gF2GF7G8FG2FbY3DY3!EF%2Ia%6Ka%6Y6TY4F3PFIa%6EzDE1h%7E5F2EyFE%5E1y%aEv%F3G4F2G3%4G2FG6F3%4$%3Y2IaEu%2E5%bE18%4Eq%6IaK%3$yEnF2G2F%2Y2E1h" +
        "GFGF7%FGFG2F8G6Fa%2FIa%6Ia%6Y7DY6%2FeHFg%1dF4GE1bFGF5GFG5FG2E8%3IaY7$aF9$9Y2%F2GEuGF4G2F2GF3E2IaE18FGF2G3FGF3G2%8Y4E10G8F8G2F2%3Y5Ia%3E3IaEuD6Y2B9%7A1" +
        "7%2A3Y8%8F3YFdGF7E4FE6FE2GF2E%5B18D1rBdDByD11F1sABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB" +
        "ABABABABABABABABABABABABABABABABABABABABABABABAB9ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB9A8" +
        "B6%2A6%2B8A8B8A8B6%2A6%2B8%A%A%A%AB8A8Be%2B8C8B8C8B8C8B5%B2A4C#B#3B3%B2A4C#3B4%2B2A4%#3B8A5#3%2B3%B2A4C#2%LbP5T6Y2WXUW2XUWY8MNP5LY9WXY4S2Y3ZUVYbZYSYaL" +
        "P5%PaKD%2K6Z3UVDKaZ3UV%Dd%3!x%fFdH4FH3Fc%f$2A$4A$2BA3B2A3B$A$2ZA5$6A$A$A$A4$BA4BE4B$2B2A2Z5AB4$Z$2B$KgJzABJ4K$2%4Z5$5Z2$4Z$2Z$2Z$7Z$vZ2$2Z$Z$vZ7g$8UVU" +
        "V$kZ2$7UV$29Z$uZp$14Z6$1x%p$b%lK1o$26Km$53Z$9Z$1iZ8$33Z$6wUVUVUVUVUVUVUVKu$18Z5UVZvUVUVUVUVUVZg$74Z3nUVUVUVUVUVUVUVUVUVUVUVZ1rUVUVZwUVZ76$1cZl$2Z6$13%" +
        "2$w%$2xA1cB1cABA3B2ABABABA4BAB2AB6D2A3BABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB2$6ABABF3AB%5" +
        "Y4KY2B12%B%5B%2E1k%7DY%eFEn%9E7%E7%E7%E7%E7%E7%E7%E7%FwY2WXWXY3WXYWXY9TY2TYWXY2WXUVUVUVUVY5DYaT2Y4TYUYd$2Y3UVUVUVUVT%y$q%$2h%c$5y%q$c%4LY3$DEJUVUVUVUV" +
        "UV$2UVUVUVUVTUV2$J9F4G2TD5$2J3DEY$2%E2e%2F2#2D2ETE2iYD3E%5E17%E2m%$2K4$aEw$10%cEg$v%Ka$uK8$Kf$wKa$13Kf$8wE534$1sEg7pDEvr%3$1j%9E14D6Y2E7gDY3EgIaE2%kAB" +
        "ABABABABABABABABABABABABABABABABABABABABABABEFH3YFaYDABABABABABABABABABABABABABABD2F2E1yJaF2Y6%8#nD9#2ABABABABABABAB3ABABABABABABABABABABABABABABABABA" +
        "BABABABABABABABABABABABABABABDB8ABABA2BABABABABD#2ABABEABAB3ABABABABABABABABABABA5BA5BABABABABABABABA4BAB%5AB%B%BABAB%oD3ABED2BE7FE3FE4FEnG2F2G$4F%3K6" +
        "$2!$%6E1gY4%8G2E1eGgF2%8Y2Ia%6FiE6Y3EYE2FIaEsF8Y2EnFbG2%bYEt%3F3GE1bFG2F4G2F2G3Yd%DIa%4Y2E5FDE9IaE5%E15F6G2F2G2F2%9E3FE8FG%2Ia%2Y4EgDE6$3EGFGE1eFEF3E2" +
        "F2E5F2EFE%oE2DY2EbGF2G2Y2ED2GF%aE6%2E6%2E6%9E7%E7%B17#D4B9D#2%4B28EzG2FG2FG2YGF%2Ia%6E8mc%cEn%4E1d%4Q1kwR4xsEa6%2E2y%12B7%cB5%5EFEaZEd%E5%E%E2%E2%E30#" +
        "h%gEa3VU$gE1s%2E1i%7$%wEc!$3FgY7UVY%6FgYT2S2UVUVUVUVUVUVUVUVY2UVY4S3Y3%Y4TUVUVUVY3ZTZ3%Y!Y2%4E5%E3r%2P%Y3!Y3UVYZYTY2IaY2Z3Y2AqUYV#S#BqUZVZUVYUVY2EaDE1" +
        "9D2Ev%3E6%2E6%2E6%2E3%3!2Z#$!2%$Z4$2%aP3$2%2Ec%Eq%Ej%E2%Ef%2Ee%yE3f%5Y3%4K19%3$9J1hK4$hK2$3%$d%3$%1b$19F%3mEt%3E1d%fFKr%4EwK4%9EkJE8J%5E12F5%5Eu%YE10%" +
        "4E8YJ5%16A14B14E26%2Ia%6A10%4B10%4E14%8E1g%bYAb%Af%A7%A2%Bb%Bf%B7%B2%1vE8n%9Em%aE8%oD6%D16%D9%1xE6%2E%E18%E2%3E%2En%YK8En$2K7Ev%8K9%1cEj%E2%5K5EmK6%3Y" +
        "Eq%5Y%1sE1k%4K2E2Kg%2K1aEF3%F2%5F4E4%E3%Et%2F3%4FK9%7Y9%7EtK2YEtK3%wE8$EsF2%4K5Y7%9E1i%3Y7Em%2K8Ej%5K8Ei%7Y4%cK7%28E21%1jA1f%dB1f%7K6E10F4%8Ia%86Kv%E1" +
        "6%F2T%2E2%23F3EtKaE%8EmFbK4Y5%mEiF4Y4%12ElK7%kEn%9GFGE1hFfY7%4KkIaFE2F2E%9F3GE19G3F4G2F2Y2PY4F%aP%2Ep%7Ia%6F3E10F5GF8%IaY4EG2E%8EzFY2E%9F2GE1cG3F9G2E4" +
        "Y4F4YGFIaEYEY3%Kk%bEi%EpG3F3G2FGF2Y6FE2F%1qE7%E%E4%Ef%EaY%6E1bFG3F8%5Ia%6F2G2%E8%2E2%2Em%E7%E2%E5%F2EG2FG4%2G2%2G3%2E%6G%5E5G2%2F7%3F5%3vE1hG3F8G2F3GF" +
        "E4Y5IaY2%YFE3%uE1cG3F6GFG4F2GF2E2YE%8Ia%4mE1bG3F4%2G4F2GF2YnE4F2%yE1cG3F8G2FGF2Y3E%bIa%6Yd%jE17FGFG2F6GFEY%6Ia%1iEr%2F3G2F4GF5%4IaK2Y3$E7%55E18G3F9GF2" +
        "Y%2sAwBwIaK9%cE8%2E%2E8%E2%EoG6%G2%2F2GFEGEGFY3%9Ia%1yE8%2E13G3F4%2F2G4FEYEG%rEFaE14F6GEF4Y8F%8EF6G2F3E1aFdGF2Y3EY5%dE21%7Ya%6uE9%E11GF7%F6GFEY5%aIaKj" +
        "%3Y2Eu%2Fm%GF7GF2GF2%21E7%E2%E12F6%3F%F2%F7EF%8Ia%6E6%E2%EwG5%F2%G2FGFE%7Ia%8mEjF2G2Y2%7F2EGEd%EyG2F5%3G2FGFYdIa%2eE%fKl$8!4$h%dYEpm%2uJ33%Y5%bE5g%218" +
        "E2pY2%dEtsPgFE6Ff%33eEg7%6ntEft%7Ev%Ia%4Y2E27%Ia%6Eu%2F5Y%aE1cF7Y5$4D4Y$%aIa%K7%El%5Ej%j4AwBwKnY4%2tE23%4FEG1j%7F4Dd%1sD2YDF%bG2%eE4qg%8Eye%16E9%6w7D4" +
        "%D7%D2%E83%fE%tE3%2E%eE4%8Eb0%1s4E2z%5Ed%3E9%7Ea%2$F2YP4%3mkF1a%2Fn%9$38%1o$6u%a$13%2$1oG2F3$3G6P8F8$2F7$uF4$1p%l$1uF3$%3eKk%cKk%c$2f%9Kp%3rAqBqAqB7%B" +
        "iAqBqA%A2%2A%2A2%2A4%A8B4%B%B7%BbAqBqA2%A4%2A8%A7%BqA2%A4%A5%A%3A7%BqAqBqAqBqAqBqAqBqAqBqAqBs%2ApZBpZB6ApZBpZB6ApZBpZB6ApZBpZB6ApZBpZB6AB%2I1e$e8F1j$4" +
        "F1e$8F$eF$2Y5%fF5%Ff%uoBaEBk%6B6%5xF7%Fh%2F7%F2%F5%5D1q%xF%34E19%3F7D7%2Ia%4E$%8wEuF%hE18F4Ia%5!%cwErDF4Ia%kmE7%E4%E2%Ef%E5h%2K9F7%15AyByF7D%4Ia%4Y2%l" +
        "tK1n$K3!K4%24K19$Kf%5eE4%Er%E2%E%2E%Ea%E4%E%E%6E%4E%E%E%E3%E2%E%2E%E%E%E%E%E2%E%2E4%E7%E4%E4%E%Ea%Eh%5E3%E5%Eh%1gZ2%7i$18%4$2s%c$f%2$f%$f%$11%aKd$4h%1" +
        "k$t%d$18%4$9%7$2%e$6%4a$6z#5$k8%4$h%3$d%3$3b%4$2n%6$c%4$%f$c%4$1k%8$a%6$14%8$u%2$2%26$9g%c$e%2$d%3$9%7$1a%$7%8$e%4$9%7$9%7$43%$1j%11Ia%smEwyo%wE37e%6E" +
        "66%2E4g2%eE5rl%2e7Ef2%15uE3t7%5E38g%f975P%uP2o%3kF6o%1e6oR1eke%2R1eke%2";

    // Scripts: the distance of each range from the end of the one before, and how many code points follow its first one.
    private const string ScriptRanges =
        "Adlam 2olc-23 4-9 4-1;Ahom 1j40-q 2-e 4-m;Anatolian_Hieroglyphs 1s00-g6;Arabic 16o-4 1-5 1-d 1-2 1-v 1-9 b-p 1-2z 1-x 28-1b 6o-u 1-1 6-21 1-s 1bv4-36 " +
        "g-a2 2-27 2-1h 7 w-f 34-4 1-3q 31f-u 3i-2 181s-3 1-q 1-1 1 2 1-9 1-3 1 1 6 4 1 1 1-2 1-1 1 2 1 1 1 1 1-1 1 2-3 1-6 1-3 1-3 1 1-9 1-g 5-2 1-4 1-g 1g-1;" +
        "Armenian 10x-11 2-1d 2-2 1chv-4;Avestan 1gqo-1h 3-6;Balinese 5c0-24 3-1a;Bamum www-2f 124o-fs;Bassa_Vah 1zo0-t 2-5;Batak 5hc-1f 8-3;Bengali 1vk-3 1-7 " +
        "2-1 2-l 1-6 1 3-3 2-8 2-1 2-3 8 4-1 1-4 2-o;Bhaiksuki 1k3k-8 1-18 1-d a-s;Bopomofo kq-1 93t-16 34-v;Brahmi 1hq8-25 4-z 9;Braille 7wg-73;Buginese 54w-r" +
        " 2-1;Buhid 4lc-j;Canadian_Aboriginal 3y8-hr fk-1x 1ewq-f;Carian 1f34-1c;Caucasian_Albanian 1flc-1f b;Chakma 1hxc-1g 1-h;Cham xkw-1i 9-d 2-9 2-3;Cherok" +
        "ee 3vk-2d 2-5 twy-27;Chorasmian 1ho0-r;Common 0-1s q-5 q-1a 1-e 1-4 n v ch-12 5-4 2-j 38 9 6 1 hp 6 e 3 w 4c ec 3l-1 yh b9-3 82 167-2 1z-1 5n-1 1 y5 d" +
        " 7-3 1-5 1-2 2 lh-b 2-2e 1-a 3-a 1-e h-w 1r-11 1-2 2-5 1-q 1-g 15-2 4-ie p-a l-pr 74-hf 2-v 1-2w e8-2l b6-b 4-4 1 1-o f-7 4-3 2j-1 3 2i-1 43-f w-z 1o-" +
        "1r v-28 1b 2g-4n 534-1r hkw-x 2u-2 4l-9 6s 4g az e-1 g5u-1 5s-9 m-y 1-i 1-3 43 1-v q-5 q-a a 19-1 1s-6 1-6 a-4 76-2 4-18 3-8 28-c 1f-18 6c-q 10o4-3 3o" +
        "s-37 1o-6t a-12 2-1p 3-g 8-1 7-t 4-1o 5x-j c-j c-2e 9-o 3r-2c 1-1y 1-1 2 2-1 2-3 1-b 1 1-6 1-1s 1-3 2-7 1-6 1-r 1-3 1-4 1 3-6 1-9f 2-83 2-1d 41d-1v 24" +
        "-1o jm-17 4-2r c-e 2-e 1-e 1-10 a-4t 1k-p 1-1 d-17 4-8 7-1 e-5 4a-rb 4-g 3-c 3-3a 4-2m 6-b 4 f-b 4-1j 8-9 6-13 8-t 2-1 26-9f c-d 2-c 3-8 7-19 1-6 8-d " +
        "4-8 7-8 7-42 1-1i 11-9 gvlz u-2n;Coptic rm-d 80g-37 5-6;Cuneiform 1kw0-pl 2u-32 1-4 b-5f;Cypriot 1g5c-5 2 1-17 1-1 3 2;Cypro_Minoan 1nyo-2q;Cyrillic s" +
        "g-3o 2-4o 4ls-8 4i 24 38n-v nr4-2n ham-1 18n4-1p x;Deseret 1fcw-27;Devanagari 1s0-28 4-e 2-p vhc-v mio-9;Dives_Akuru 1ji8-6 2 2-7 1-1 1-t 1-1 2-b 9-9;" +
        "Dogra 1jb4-1n;Duployan 2fpc-2y 5-c 3-8 7-9 2-3;Egyptian_Hieroglyphs 1o1s-ut;Elbasan 1fk0-13;Elymaic 1hpc-m;Ethiopic 3k0-20 1-3 2-6 1 1-3 2-14 1-3 2-w " +
        "1-3 2-6 1 1-3 2-e 1-1k 1-3 2-1u 2-v 3-p 546-m 9-6 1-6 1-6 1-6 1-6 1-6 1-6 1-6 opu-5 2-5 2-5 9-6 1-6 1qk1-6 1-3 1-1 1-e;Georgian 3a8-11 1 5 2-16 1-3 2a" +
        "8-16 2-2 37k-11 1 5;Glagolitic 8ow-2n 2e1s-6 1-g 2-6 1-1 1-4;Gothic 1f74-q;Grantha 1ibk-3 1-7 2-1 2-l 1-6 1-1 1-4 2-8 2-1 2-2 2 6 5-6 2-6 3-4;Greek og" +
        "-3 1-2 2-3 1 4 1 1-2 1 1-j 1-1q e-f 4yu-4 1e-4 4-4 2c 8w-l 2-5 2-11 2-5 2-7 1 1 1 1-u 2-1g 1-e 1-d 2-5 1-i 2-2 1-8 87 rb2 gyi-26 h 155r-1x;Gujarati 22" +
        "p-2 1-8 1-2 1-l 1-6 1-1 1-4 2-9 1-2 1-2 2 f-3 2-b 7-6;Gunjala_Gondi 1kdc-5 1-1 1-10 1-1 1-5 7-9;Gurmukhi 1z5-2 1-5 4-1 2-l 1-6 1-1 1-1 1-1 2 1-4 4-1 2" +
        "-2 3 7-3 1 7-g;Han 96o-p 1-2g c-5x 1b 1 p-8 e-3 qs-533 1s-g73 hkw-a5 2-2x n48-1 c-1 sge-wyn w-37d 6-65 2-4g1 e-5rk 2e7-f1 15u-3t6 5-38f;Hangul 3cw-73 " +
        "5ym-1 75-2l 35-u 1t-u nhd-s hv-8mb c-m 4-1c 7tw-u 3-5 2-5 2-5 2-2;Hanifi_Rohingya 1h4w-13 8-9;Hanunoo 4kg-k;Hatran 1gbk-i 1-1 5-4;Hebrew 13l-1i 8-q 4-" +
        "5 1cfc-p 1-4 1 1-1 1-1 1-9;Hiragana 9j5-2d 6-2 23q9-7y i t-2 crx;Imperial_Aramaic 1g74-l 1-8;Inherited lc-33 7p-1 ck-a q kg-3 3ff-u e9-2 1-c 1-6 4 6 3" +
        "-1 5i-1r ek-1 5e-w 309-3 2z-1 14kl-f g-d r3 6a 38a 1138-19 2-m f4-2 h-7 2-6 u-3 h45u-6n;Inscriptional_Pahlavi 1gtc-i 5-7;Inscriptional_Parthian 1gsg-l" +
        " 2-7;Javanese xhc-25 2-9 4-1;Kaithi 1hts-1u a;Kannada 2gw-c 1-2 1-m 1-9 1-4 2-8 1-2 1-3 7-1 6-1 1-3 2-9 1-2;Katakana 9lt-2h 2-2 6o-f 5s-1a 1-2f 14b2-9" +
        " 1-18 ytu-3 1-6 1-1 1 7z-2 1e e-3;Kawi 1kow-g 1-14 3-r;Kayah_Li xds-19 1;Kharoshthi 1gjk-3 1-1 5-7 1-2 1-s 2-2 4-9 7-8;Khitan_Small_Script 20o4 5cr-d1" +
        ";Khmer 4n4-2l 2-9 6-9 di-v;Khojki 1i4g-h 1-1a;Khudawadi 1i9c-1m 5-9;Lao 2v5-1 1 1-4 1-n 1 1-m 2-4 1 1-6 1-9 2-3;Latin 1t-p 6-p 1b f 5-m 1-u 1-cg 13-4 " +
        "55n-11 6-1c 5-3 5-c 1-1x 1t-73 a9 d g-c 3x-1 6 r h-14 253-v o82-2t 3-1r 5-1 1 1-4 o-d mo-16 1-8 1-3 fpy-6 t6-p 6-p 1lx-5 1-15 1-8 16it-u 6-5;Lepcha 5j" +
        "4-1j 3-e 3-2;Limbu 4xs-u 1-b 4-b 4 3-b;Linear_A 1fr4-8m 9-l a-7;Linear_B 1ekg-b 1-p 1-i 1-1 1-e 2-d y-3e;Lisu wk0-1b o8g;Lycian 1f28-s;Lydian 1gdc-p 5" +
        ";Mahajani 1hzk-12;Makasar 1ko0-o;Malayalam 2kg-c 1-2 1-1e 1-2 1-5 4-f 2-p;Mandaic 1mo-r 2;Manichaean 1gow-12 4-b;Marchen 1k6o-v 2-l 1-d;Masaram_Gondi " +
        "1kao-6 1-1 1-17 3 1-1 1-8 8-9;Medefaidrin 20cg-2i;Meetei_Mayek xr4-m 5l-19 2-9;Mende_Kikakui 2oe8-5g 2-f;Meroitic_Cursive 1ggw-n 4-j 2-19;Meroitic_Hie" +
        "roglyphs 1gg0-v;Miao 20hs-22 4-1k 7-g;Modi 1iww-1w b-9;Mongolian 4qo-1 2 1-j 6-2g 7-16 1e45-c;Mro 1zk0-u 1-9 4-1;Multani 1i80-6 1 1-3 1-e 1-a;Myanmar " +
        "35s-4f u9s-u 2p-v;Nabataean 1g8w-u 8-8;Nag_Mundari 2nrk-15;Nandinagari 1jmo-7 2-19 2-a;New_Tai_Lue 51c-17 4-p 6-a 3-1;Newa 1iio-2j 1-4;Nko 1j4-1m 2-2;" +
        "Nushu 20o1 cy6-az;Nyiakeng_Puachue_Hmong 2n0g-18 3-d 2-9 4-1;Ogham 4g0-s;Ol_Chiki 5lc-1b;Old_Hungarian 1h1c-1e d-1e 7-5;Old_Italic 1f5s-z 9-2;Old_Nort" +
        "h_Arabian 1gn4-v;Old_Permic 1f80-16;Old_Persian 1fa8-z 4-d;Old_Sogdian 1hj4-13;Old_South_Arabian 1gm8-v;Old_Turkic 1gxs-20;Old_Uyghur 1hm8-p;Oriya 269" +
        "-2 1-7 2-1 2-l 1-6 1-1 1-4 2-8 2-1 2-2 7-2 4-1 1-4 2-h;Osage 1fhs-z 4-z;Osmanya 1fgg-t 2-9;Pahawh_Hmong 1zpc-1x a-9 1-6 1-k 5-i;Palmyrene 1g80-v;Pau_C" +
        "in_Hau 1juo-1k;Phags_Pa x8g-1j;Phoenician 1gcg-r 3;Psalter_Pahlavi 1gu8-h 7-3 c-6;Rejang xf4-z b;Runic 4gw-22 3-a;Samaritan 1kw-19 2-e;Saurashtra xa8-" +
        "1x 8-b;Sharada 1i0w-2n;Shavian 1ff4-1b;Siddham 1itc-1h 2-11;SignWriting 2l8g-i3 f-4 1-e;Sinhala 2o1-2 1-h 3-n 1-8 1 2-6 3 4-5 1 1-7 6-9 2-2 1fcc-j;Sog" +
        "dian 1hkg-15;Sora_Sompeng 1hw0-o 7-9;Soyombo 1jrk-2a;Sundanese 5fk-1r 74-7;Syloti_Nagri x6o-18;Syriac 1ds-d 1-1n 2-2 7k-a;Tagalog 4jk-l 9;Tagbanwa 4m8" +
        "-c 1-2 1-1;Tai_Le 500-t 2-4;Tai_Tham 55s-1q 1-s 2-a 6-9 6-d;Tai_Viet xog-1u o-4;Takri 1j0g-1l 6-9;Tamil 29u-1 1-5 3-2 1-3 3-1 1 1-1 3-1 3-2 3-b 4-4 3-" +
        "2 1-3 2 6 e-k 1ih1-1d d;Tangsa 1zlc-26 1-9;Tangut 20o0 v-4qf 8-lb e8-8;Telugu 2dc-c 1-2 1-m 1-f 2-8 1-2 1-3 7-1 1-2 2 2-3 2-9 7-8;Thaana 1hc-1d;Thai 2" +
        "rl-1l 5-r;Tibetan 2yo-1z 1-z 4-12 1-z 1-e 1-6 4-1;Tifinagh 8xc-1j 7-1 e;Tirhuta 1im8-1z 8-9;Toto 2nbk-u;Ugaritic 1f9c-t 1;Vai wlc-8b;Vithkuqi 1fn4-a 1" +
        "-e 1-6 1-1 1-a 1-e 1-6 1-1;Wancho 2ncw-1l 5;Warang_Citi 1jfk-2a c;Yezidi 1hfk-15 1-2 2-1;Yi vls-wc 3-1i;Zanabazar_Square 1jpc-1z";
}
