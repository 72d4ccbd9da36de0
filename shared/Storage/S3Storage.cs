using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Flow.Storage;

/// <summary>Amazon S3, with the credentials, retries and signing of AWS's SDK.</summary>
internal sealed class S3Storage(IAmazonS3 client, int maxObjectBytes) : IObjectStorage, IDisposable
{
    public async Task<byte[]> ReadAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await client.GetObjectAsync(bucket, key, cancellationToken);
            if (response.ContentLength > maxObjectBytes)
                throw new ObjectStorageException($"The object '{key}' in the bucket '{bucket}' has {response.ContentLength} bytes; at most {maxObjectBytes} are read ({StorageOptions.Section}:MaxObjectBytes).");
            using var content = new MemoryStream();
            await response.ResponseStream.CopyToAsync(content, cancellationToken);
            return content.ToArray();
        }
        catch (Exception e) when (IsPermanent(e))
        {
            throw Refused("read", bucket, key, e);
        }
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string bucket, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? token = null;
        do
        {
            ListObjectsV2Response page;
            try
            {
                page = await client.ListObjectsV2Async(new() { BucketName = bucket, Prefix = prefix, ContinuationToken = token }, cancellationToken);
            }
            catch (Exception e) when (IsPermanent(e))
            {
                throw Refused("list", bucket, prefix, e);
            }

            foreach (var item in page.S3Objects ?? [])
                yield return new(item.Key, item.Size ?? 0, item.LastModified ?? default(DateTimeOffset));
            token = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (token is not null);
    }

    public async Task WriteAsync(string bucket, string key, byte[] content, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = new MemoryStream(content, writable: false);
            await client.PutObjectAsync(new() { BucketName = bucket, Key = key, InputStream = stream, ContentType = "application/json", UseChunkEncoding = false }, cancellationToken);
        }
        catch (Exception e) when (IsPermanent(e))
        {
            throw Refused("write", bucket, key, e);
        }
    }

    public void Dispose() => client.Dispose();

    /// <summary>Refusals; an outage, a throttled call and a server's own fault pass.</summary>
    private static bool IsPermanent(Exception e) => e switch
    {
        AmazonServiceException service => service.StatusCode is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError
            and not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout),
        AmazonClientException => e.InnerException is not (HttpRequestException or IOException or OperationCanceledException),
        _ => false,
    };

    private static ObjectStorageException Refused(string verb, string bucket, string key, Exception e) => new(
        $"Cannot {verb} '{key}' in the bucket '{bucket}': {(e is AmazonServiceException { ErrorCode.Length: > 0 } service ? service.ErrorCode + ": " : "")}{e.Message}", e);
}
