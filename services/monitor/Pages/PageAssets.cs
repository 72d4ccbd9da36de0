using System.Security.Cryptography;

namespace Flow.Monitor.Pages;

/// <summary>The style sheet, the script and the icon, carried in the assembly; their addresses change with their content, so browsers may keep them.</summary>
internal static class PageAssets
{
    private static readonly Asset Style = Asset.Load("monitor.css", "text/css; charset=utf-8");
    private static readonly Asset Script = Asset.Load("monitor.js", "text/javascript; charset=utf-8");
    private static readonly Asset Icon = Asset.Load("icon.svg", "image/svg+xml");

    public static string StyleAddress => Style.Address;

    public static string ScriptAddress => Script.Address;

    public static string IconAddress => Icon.Address;

    public static void Map(IEndpointRouteBuilder app)
    {
        foreach (var asset in new[] { Style, Script, Icon })
        {
            app.MapGet(asset.Address, (HttpContext context) =>
            {
                context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                return Results.Bytes(asset.Content, asset.ContentType);
            });
        }
    }

    private sealed record Asset(string Address, byte[] Content, string ContentType)
    {
        public static Asset Load(string name, string contentType)
        {
            using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream("monitor/" + name)
                ?? throw new System.Diagnostics.UnreachableException($"The assembly carries no {name}.");
            using var content = new MemoryStream();
            stream.CopyTo(content);
            var hash = Convert.ToHexStringLower(SHA256.HashData(content.ToArray()))[..12];
            return new($"/assets/{hash}/{name}", content.ToArray(), contentType);
        }
    }
}
