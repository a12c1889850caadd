using System;
using System.IO;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Postgres;
using LightningOps.Storage;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Storage.Postgres;

/// <summary>A real server with TLS: its certificate is verified, and so is its name.</summary>
public sealed class PostgresTlsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [OwnPostgresFact]
    public async Task A_server_is_used_with_the_certificate_of_its_name_and_with_no_other()
    {
        // TLS is a setting of the server: one of its own. PostgreSQL reads the key as its own user, or as root.
        using var place = new PublicFolder();
        var authority = place.Create("server", "127.0.0.1");
        var other = place.Create("other", "127.0.0.1");
        using var server = PostgresServer.Start("ssl=on", "ssl_cert_file=" + place.Path("server.crt"), "ssl_key_file=" + place.Path("server.key"));
        using var database = new PostgresDatabase(server, isMigrated: true);
        await UseAsync("SSL Mode=VerifyFull;Root Certificate=" + authority);

        Assert.Equal("store_not_trusted", (await Assert.ThrowsAsync<StoreException>(() => UseAsync("SSL Mode=VerifyFull;Root Certificate=" + other))).Code);
        Assert.Equal("store_not_trusted", (await Assert.ThrowsAsync<StoreException>(() => UseAsync("SSL Mode=VerifyFull"))).Code);

        // The certificate is for the address, not for the name.
        Assert.Equal("store_not_trusted", (await Assert.ThrowsAsync<StoreException>(() => UseAsync("SSL Mode=VerifyFull;Root Certificate=" + authority, "localhost"))).Code);
        await UseAsync("SSL Mode=VerifyCA;Root Certificate=" + authority, "localhost");

        async Task UseAsync(string tls, string host = "127.0.0.1")
        {
            using var plane = new PostgresControlPlane(database.Options(connection: database.Connection.Replace("Host=127.0.0.1", "Host=" + host, StringComparison.Ordinal) + ";" + tls));
            await plane.GetSecurityStateAsync(None);
        }
    }

    [PostgresFact]
    public async Task A_server_without_TLS_is_refused_where_TLS_is_asked_for()
    {
        using var database = new PostgresDatabase();
        using var plane = new PostgresControlPlane(database.Options(connection: database.Connection + ";SSL Mode=VerifyFull"));

        Assert.Equal("store_not_trusted", (await Assert.ThrowsAsync<StoreException>(() => plane.GetSecurityStateAsync(None))).Code);
    }

    /// <summary>A folder that the user of the server can read.</summary>
    private sealed class PublicFolder : IDisposable
    {
        private readonly string folder = Directory.CreateTempSubdirectory("lightningops-tls-").FullName;

        public string Path(string name) => System.IO.Path.Combine(folder, name);

        /// <summary>Makes a key and a certificate that signs itself; returns the file of the certificate.</summary>
        public string Create(string name, string address)
        {
            using var key = RSA.Create(2048);
            var request = new CertificateRequest("CN=" + address, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Parse(address));
            request.CertificateExtensions.Add(names.Build());
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            File.WriteAllText(Path(name + ".crt"), certificate.ExportCertificatePem());
            File.WriteAllText(Path(name + ".key"), key.ExportPkcs8PrivateKeyPem());
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute | UnixFileMode.OtherRead | UnixFileMode.GroupRead);
                File.SetUnixFileMode(Path(name + ".crt"), UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
                File.SetUnixFileMode(Path(name + ".key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
                if (Environment.IsPrivilegedProcess)
                {
                    System.Diagnostics.Process.Start("chown", ["postgres", Path(name + ".key")])!.WaitForExit();
                }
            }

            return Path(name + ".crt");
        }

        public void Dispose() => Directory.Delete(folder, recursive: true);
    }
}
