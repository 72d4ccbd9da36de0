using System.Runtime.CompilerServices;

namespace Flow.Storage;

/// <summary>A local directory: a bucket is a folder in it, an object a file. Nothing outside of the bucket's folder is reached.</summary>
internal sealed class DirectoryStorage(string directory, int maxObjectBytes) : IObjectStorage
{
    private readonly string _root = Path.GetFullPath(directory);

    public async Task<byte[]> ReadAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        var file = new FileInfo(Place(bucket, key));
        if (!file.Exists)
            throw new ObjectStorageException($"There is no object '{key}' in the bucket '{bucket}' (file {file.FullName}).");
        if (file.Length > maxObjectBytes)
            throw new ObjectStorageException($"The object '{key}' in the bucket '{bucket}' has {file.Length} bytes; at most {maxObjectBytes} are read ({StorageOptions.Section}:MaxObjectBytes).");
        try
        {
            return await File.ReadAllBytesAsync(file.FullName, cancellationToken);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ObjectStorageException($"The object '{key}' in the bucket '{bucket}' may not be read: {e.Message}", e);
        }
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string bucket, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var folder = new DirectoryInfo(Place(bucket, ""));
        if (!folder.Exists)
            throw new ObjectStorageException($"There is no bucket '{bucket}' (folder {folder.FullName}).");
        var files = folder.EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Select(file => (Key: Path.GetRelativePath(folder.FullName, file.FullName).Replace(Path.DirectorySeparatorChar, '/'), File: file))
            .Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(entry => entry.Key, StringComparer.Ordinal);
        foreach (var (key, file) in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new(key, file.Length, new DateTimeOffset(file.LastWriteTimeUtc));
        }
    }

    public async Task WriteAsync(string bucket, string key, byte[] content, CancellationToken cancellationToken)
    {
        var place = Place(bucket, key);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            // Under another name first: a reader, and a crash, see the old object or the new one.
            var draft = $"{place}.{Guid.NewGuid():N}";
            await File.WriteAllBytesAsync(draft, content, cancellationToken);
            File.Move(draft, place, overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ObjectStorageException($"The object '{key}' in the bucket '{bucket}' may not be written: {e.Message}", e);
        }
    }

    private string Place(string bucket, string key)
    {
        if (bucket.Length == 0 || bucket is "." or ".." || bucket.IndexOfAny(['/', '\\', '\0']) >= 0)
            throw new ObjectStorageException($"'{bucket}' is not the name of a bucket.");
        var folder = Path.Combine(_root, bucket);
        var place = key.Contains('\0', StringComparison.Ordinal) ? "" : Path.GetFullPath(Path.Combine(folder, key));
        return place == folder && key.Length == 0 || place.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? place
            : throw new ObjectStorageException($"The key '{key}' leads out of the bucket '{bucket}'.");
    }
}
