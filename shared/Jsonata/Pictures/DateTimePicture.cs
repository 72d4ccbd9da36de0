using System.Text;

namespace Flow.Jsonata.Pictures;

/// <summary>A picture of moments such as <c>[D1o] [MNn] [Y0001]</c>, which moments are written and read after: XPath's format-dateTime, and back.</summary>
internal sealed class DateTimePicture
{
    /// <summary>What holds without a picture.</summary>
    public static readonly DateTimePicture Iso8601 = Read("[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]");

    private readonly IReadOnlyList<PicturePart> _parts;

    private DateTimePicture(IReadOnlyList<PicturePart> parts) => _parts = parts;

    /// <summary>Reads a picture.</summary>
    /// <exception cref="JsonataException">D3130 to D3135: it is none.</exception>
    public static DateTimePicture Read(string picture) => new(PictureReader.Read(picture));

    /// <summary>Writes a moment.</summary>
    /// <param name="millis">Milliseconds since the beginning of the Unix era.</param>
    /// <param name="timezone">The offset from UTC as <c>+hhmm</c>; null: UTC.</param>
    /// <exception cref="JsonataException">D3134: the offset is none; D1001: the moment is out of range.</exception>
    public string Format(long millis, string? timezone)
    {
        if (millis is < -CivilTime.MaxMillis or > CivilTime.MaxMillis)
            throw new JsonataException("D1001", $"{millis} milliseconds since 1970 are out of range.", token: "fromMillis");

        var offset = ZoneOffset.Read(timezone);
        var time = new CivilTime(millis + (offset.Minutes * 60_000L));
        var text = new StringBuilder();
        foreach (var part in _parts)
            text.Append(part.Format(time, offset));
        return text.ToString();
    }

    /// <summary>Reads a moment.</summary>
    /// <param name="timestamp">The text.</param>
    /// <param name="now">Where the components come from that are greater than those the text has: a time alone is today's.</param>
    /// <returns>Milliseconds since the beginning of the Unix era; null: the text does not follow the picture.</returns>
    /// <exception cref="JsonataException">D3110: there is no picture, and the text is not ISO 8601; D3132, D3136: the picture has too many components, or leaves a gap; U1001: there are too many ways to read the text.</exception>
    public long? Parse(string timestamp, DateTimeOffset now) =>
        this == Iso8601 ? Iso8601Timestamp.Parse(timestamp)
        : TimestampMatcher.Match(timestamp, _parts) is { Count: > 0 } components ? new PartialTime(components, now).ToMillis()
        : null;
}
