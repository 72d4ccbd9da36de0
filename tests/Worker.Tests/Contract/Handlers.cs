namespace Flow.Worker.Tests.Contract;

public sealed record VideoChunk(string Url, int Seconds);

public sealed record AudioTrack(string Name, int Seconds);

/// <summary>Something a handler asks for; one a scope.</summary>
internal sealed class ScopeMark : IDisposable
{
    public Guid Id { get; } = Guid.NewGuid();

    public bool Disposed { get; private set; }

    public void Dispose() => Disposed = true;
}

[NodeHandler("extract-audio", Queue = "video", TimeoutSeconds = 600)]
internal sealed class ExtractAudio : INodeHandler<VideoChunk, AudioTrack>
{
    public Task<Transition<AudioTrack>> HandleAsync(VideoChunk input, NodeContext context) =>
        Task.FromResult<Transition<AudioTrack>>(new AudioTrack(input.Url + ".mp3", input.Seconds));
}

[NodeHandler("split")]
internal sealed class Split : INodeHandler<VideoChunk, VideoChunk>
{
    public async Task<Transition<VideoChunk>> HandleAsync(VideoChunk input, NodeContext context)
    {
        await Task.Yield();
        return Transition.NextAll(Enumerable.Range(0, input.Seconds).Select(i => new VideoChunk($"{input.Url}#{i}", 1)));
    }
}

[NodeHandler("approve")]
internal sealed class Approve : INodeHandler<VideoChunk, AudioTrack>
{
    public async Task<Transition<AudioTrack>> HandleAsync(VideoChunk input, NodeContext context)
    {
        await Task.Yield();
        if (input.Seconds > 100)
            return Transition.Abort("Video.TooLong", $"{input.Seconds} s is too long.", new { limit = 100 });
        return Transition.Hold;
    }
}

[NodeHandler("hold-later")]
internal sealed class HoldLater(SemaphoreSlim gate) : INodeHandler<VideoChunk, AudioTrack>
{
    public async Task<Transition<AudioTrack>> HandleAsync(VideoChunk input, NodeContext context)
    {
        await gate.WaitAsync(context.CancellationToken);
        return Transition.Hold;
    }
}

internal sealed class VideoMissingException(string message) : IOException(message);

[NodeHandler("scoped")]
internal sealed class Scoped(ScopeMark mark, Bed.Observed<ScopeMark> seen) : INodeHandler<VideoChunk, Guid>
{
    public Task<Transition<Guid>> HandleAsync(VideoChunk input, NodeContext context)
    {
        seen.Add(mark);
        return Task.FromResult<Transition<Guid>>(mark.Id);
    }
}
