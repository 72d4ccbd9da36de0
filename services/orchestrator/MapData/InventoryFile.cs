using System.IO.Compression;
using System.Text;
using Flow.Storage;

namespace Flow.Orchestrator.MapData;

/// <summary>A file that an inventory names: CSV, compressed where its key ends in <c>.gz</c>.</summary>
internal static class InventoryFile
{
    private const string Compressed = ".gz";

    /// <summary>The text, at most so many bytes of it: what a small file unpacks to has no bound of its own.</summary>
    /// <exception cref="ObjectStorageException">It is no gzip, or unpacks to more.</exception>
    public static string Text(string key, byte[] content, int maxBytes)
    {
        if (!key.EndsWith(Compressed, StringComparison.Ordinal))
            return Encoding.UTF8.GetString(content);

        using var gzip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
        using var text = new MemoryStream();
        var part = new byte[81_920];
        try
        {
            for (int length; (length = gzip.Read(part)) > 0;)
            {
                if (text.Length + length > maxBytes)
                    throw new ObjectStorageException($"The inventory's file '{key}' unpacks to more than {maxBytes} bytes ({StorageOptions.Section}:{nameof(StorageOptions.MaxObjectBytes)}).");
                text.Write(part, 0, length);
            }
        }
        catch (InvalidDataException e)
        {
            throw new ObjectStorageException($"The inventory's file '{key}' is no gzip file: {e.Message}", e);
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}
