namespace Flow.Storage;

/// <summary>An object in a list.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="ModifiedAt">When it was last written.</param>
public sealed record StoredObject(string Key, long Size, DateTimeOffset ModifiedAt);

/// <summary>Objects in buckets. Calls throw <see cref="ObjectStorageException"/> where trying again cannot help; any other exception is worth another try.</summary>
public interface IObjectStorage
{
    /// <summary>The bytes of an object, no more of them than <see cref="StorageOptions.MaxObjectBytes"/>.</summary>
    Task<byte[]> ReadAsync(string bucket, string key, CancellationToken cancellationToken);

    /// <summary>The objects whose keys begin with a prefix, by key.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(string bucket, string prefix, CancellationToken cancellationToken);

    /// <summary>Writes an object, whole or not at all, in place of an earlier one.</summary>
    Task WriteAsync(string bucket, string key, byte[] content, CancellationToken cancellationToken);
}

/// <summary>What was asked of the storage cannot be done, now or later; the message names bucket and key, and says why.</summary>
public sealed class ObjectStorageException(string message, Exception? inner = null) : Exception(message, inner);
