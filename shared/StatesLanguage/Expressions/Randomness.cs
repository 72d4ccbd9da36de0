using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Flow.StatesLanguage.Expressions;

/// <summary>Chance, reproducible: a stream of values that depends on the seed and on how many were drawn before, and on nothing else.</summary>
/// <remarks>A draw is a hash of seed and counter, so UUIDs drawn for different seeds collide no more often than random ones.</remarks>
internal sealed class Randomness(Guid seed)
{
    private long _draws;

    /// <summary>The next random (version 4) UUID.</summary>
    public Guid NextGuid()
    {
        Span<byte> block = stackalloc byte[SHA256.HashSizeInBytes];
        Draw(block);
        block[6] = (byte)((block[6] & 0x0F) | 0x40);
        block[8] = (byte)((block[8] & 0x3F) | 0x80);
        return new Guid(block[..16], bigEndian: true);
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextBits()
    {
        Span<byte> block = stackalloc byte[SHA256.HashSizeInBytes];
        Draw(block);
        return BinaryPrimitives.ReadUInt64LittleEndian(block);
    }

    /// <summary>The next number, at least 0 and less than 1.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>The next whole number, at least <paramref name="start"/> and less than <paramref name="end"/>, which must be greater.</summary>
    public long NextBetween(long start, long end)
    {
        var range = (UInt128)((Int128)end - start);
        return (long)(start + (Int128)((NextBits() * range) >> 64));
    }

    private void Draw(Span<byte> block)
    {
        Span<byte> source = stackalloc byte[24];
        seed.TryWriteBytes(source);
        BinaryPrimitives.WriteInt64LittleEndian(source[16..], _draws++);
        SHA256.HashData(source, block);
    }
}
