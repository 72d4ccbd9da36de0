namespace Flow.Storage;

/// <summary>Says that there is no storage, and how to get one.</summary>
internal sealed class NoStorage : IObjectStorage
{
    public Task<byte[]> ReadAsync(string bucket, string key, CancellationToken cancellationToken) => throw None(bucket);

    public IAsyncEnumerable<StoredObject> ListAsync(string bucket, string prefix, CancellationToken cancellationToken) => throw None(bucket);

    public Task WriteAsync(string bucket, string key, byte[] content, CancellationToken cancellationToken) => throw None(bucket);

    private static ObjectStorageException None(string bucket) => new(
        $"There is no storage for the bucket '{bucket}': set {StorageOptions.Section}:Kind of the orchestrator to Directory (with {StorageOptions.Section}:Directory) or S3.");
}
