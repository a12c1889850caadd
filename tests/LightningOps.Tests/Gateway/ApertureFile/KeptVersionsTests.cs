using System;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Gateway.ApertureFile;

public sealed class KeptVersionsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly KeptVersions versions;

    public KeptVersionsTests() => versions = new KeptVersions(folder.File("aperture.yaml"), most: 2);

    private string[] Kept => Directory.GetFiles(folder.File("aperture.yaml.versions")).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal).ToArray();

    public void Dispose() => folder.Dispose();

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void A_version_is_its_users_alone_for_the_file_may_hold_a_password()
    {
        versions.Save("password: x"u8.ToArray(), "dep_1", null);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("aperture.yaml.versions/" + Kept.Single())));
    }

    [Fact]
    public void What_is_kept_already_is_not_kept_again_and_a_deployment_cannot_name_another_folder()
    {
        versions.Save("a"u8.ToArray(), "../dep 1", null);
        versions.Save("a"u8.ToArray(), "dep_2", null);
        versions.Save("b"u8.ToArray(), "dep_3", ConfigHash.Compute("b"u8.ToArray()));

        Assert.Equal(["000001.___dep_1.yaml", "000002.dep_3." + ConfigHash.Compute("b"u8.ToArray()).Value[..16] + ".yaml"], Kept);
    }

    [Fact]
    public void Only_the_latest_stay_and_a_file_of_another_name_is_left_alone()
    {
        foreach (var content in new[] { "a", "b", "c" })
        {
            versions.Save(System.Text.Encoding.UTF8.GetBytes(content), "dep_" + content, null);
        }

        File.WriteAllText(folder.File("aperture.yaml.versions/mine.yaml"), "mine");
        versions.Prune();

        Assert.Equal(["000002.dep_b.yaml", "000003.dep_c.yaml", "mine.yaml"], Kept);
    }
}
