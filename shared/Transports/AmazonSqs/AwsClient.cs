using System.Diagnostics.Metrics;
using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Transform;
using MassTransit;

namespace Flow.Transports.AmazonSqs;

/// <summary>
/// Calls one AWS service. Signing, credentials, retries and the correction of clocks are those of AWS's own core library; this adds the form of one protocol's requests, and counts the calls.
/// An answer that says no by a name is an <see cref="AmazonServiceException"/>; that the service cannot be reached, is overloaded, or lets us not in is a <see cref="ConnectionException"/>.
/// </summary>
internal abstract class AwsClient(AwsServiceConfig config) : AmazonServiceClient(config)
{
    private static readonly Counter<long> Requests = new Meter("Flow").CreateCounter<long>(
        "flow.aws.requests", "{request}", "Calls of AWS services by operation, as they are billed but for the repetitions of those that failed.");

    // What is refused for who asks or how often; the same call may go well later.
    private static readonly string[] Temporary =
    [
        "AccessDenied", "AccessDeniedException", "AuthorizationError", "ExpiredToken", "ExpiredTokenException", "IncompleteSignature", "InternalError", "InvalidAccessKeyId", "InvalidClientTokenId", "InvalidSecurity",
        "KmsThrottled", "MissingAuthenticationToken", "MissingAuthenticationTokenException", "NotAuthorized", "OverLimit", "QueueDeletedRecently", "RequestExpired", "RequestThrottled", "ServiceUnavailable",
        "SignatureDoesNotMatch", "Throttled", "Throttling", "ThrottlingException", "TooManyRequestsException", "UnrecognizedClientException",
    ];

    public Uri Address { get; } = config.Address;

    /// <summary>Name of the service for people.</summary>
    protected abstract string Service { get; }

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Marshaller>(new ConfiguredEndpoint());
        pipeline.AddHandlerAfter<ConfiguredEndpoint>(new SignatureV4());
    }

    /// <summary>Calls an operation and answers the body of the response.</summary>
    protected async Task<byte[]> CallAsync(AwsRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(1, new KeyValuePair<string, object?>("operation", $"{request.Operation}"));
        try
        {
            var options = new InvokeOptions { RequestMarshaller = RequestWriter.Instance, ResponseUnmarshaller = new ResponseReader(ReadFault) };
            return (await InvokeAsync<AwsResponse>(request, options, cancellationToken)).Body;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && !IsAnswer(exception))
        {
            throw new ConnectionException($"Amazon {Service} at {Address.GetLeftPart(UriPartial.Authority)} ({request.Operation}): {exception.Message}", exception, isTransient: true);
        }
    }

    /// <summary>What an error response says: the error's name and its sentence.</summary>
    protected abstract (string Code, string Message) ReadFault(byte[] body);

    /// <summary>Whether an error is one that says who asks is not let in.</summary>
    public static bool IsRefusal(Exception exception) =>
        exception is ConnectionException { InnerException: AmazonServiceException { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } };

    private static bool IsAnswer(Exception exception) =>
        exception is AmazonServiceException { ErrorCode: { Length: > 0 } code, StatusCode: HttpStatusCode.BadRequest or HttpStatusCode.NotFound } && !Temporary.Contains(code, StringComparer.Ordinal);

    private sealed class ConfiguredEndpoint : BaseEndpointResolver
    {
        protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext) => new();
    }

    private sealed class SignatureV4 : BaseAuthResolverHandler
    {
        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) => AuthSchemeOption.DEFAULT_SIGV4;
    }

    private sealed class RequestWriter : IMarshaller<IRequest, AmazonWebServiceRequest>
    {
        public static readonly RequestWriter Instance = new();

        public IRequest Marshall(AmazonWebServiceRequest input)
        {
            var call = (AwsRequest)input;
            var request = new DefaultRequest(call, call.ServiceName) { HttpMethod = "POST", ResourcePath = "/", Content = call.Content };
            foreach (var (name, value) in call.Headers)
                request.Headers[name] = value;
            return request;
        }
    }

    private sealed class ResponseReader(Func<byte[], (string Code, string Message)> readFault) : ResponseUnmarshaller
    {
        public override AmazonWebServiceResponse Unmarshall(UnmarshallerContext input) => new AwsResponse { Body = Read(input) };

        public override AmazonServiceException UnmarshallException(UnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
        {
            var (code, message) = readFault(Read(input));
            var type = (int)statusCode < 500 ? ErrorType.Sender : ErrorType.Receiver;
            return new AmazonServiceException(message.Length > 0 ? message : $"HTTP {(int)statusCode}", innerException, type, code, string.Empty, statusCode);
        }

        protected override UnmarshallerContext ConstructUnmarshallerContext(Stream responseStream, bool maintainResponseBody, IWebResponseData response, bool isException) =>
            new JsonUnmarshallerContext(responseStream, maintainResponseBody, response, isException);

        protected override UnmarshallerContext ConstructUnmarshallerContext(
            Stream responseStream, bool maintainResponseBody, IWebResponseData response, bool isException, IRequestContext requestContext) =>
            new JsonUnmarshallerContext(responseStream, maintainResponseBody, response, isException, requestContext);

        private static byte[] Read(UnmarshallerContext context)
        {
            using var body = new MemoryStream();
            ((JsonUnmarshallerContext)context).Stream.CopyTo(body);
            return body.ToArray();
        }
    }
}

/// <summary>A call: its operation, and the request as it travels.</summary>
internal sealed class AwsRequest(string serviceName, string operation, byte[] content, params (string Name, string Value)[] headers) : AmazonWebServiceRequest
{
    public string ServiceName { get; } = serviceName;

    public string Operation { get; } = operation;

    public byte[] Content { get; } = content;

    public IReadOnlyList<(string Name, string Value)> Headers { get; } = headers;
}

/// <summary>The body of a response.</summary>
internal sealed class AwsResponse : AmazonWebServiceResponse
{
    public byte[] Body { get; init; } = [];
}
