using System;
using System.IO;
using System.Text.Json;

namespace LightningOps.Tests.Support;

/// <summary>The recorded vectors beside the test assembly.</summary>
public static class Vectors
{
    public static string GetPath(string name) => Path.Combine(AppContext.BaseDirectory, "Vectors", name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(GetPath(name));

    public static JsonElement Json(string name) => JsonDocument.Parse(Bytes(name)).RootElement;
}
