using System.Text;

namespace Flow.Jsonata.Pictures;

/// <summary>Moments as text after a picture such as <c>[D1o] [MNn] [Y0001]</c>: XPath's format-dateTime, and back.</summary>
internal static class DateTimePicture
{
    private static readonly IReadOnlyList<PicturePart> Iso8601 = PictureReader.Read("[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]");

    /// <summary>Formats a moment.</summary>
    /// <param name="millis">Milliseconds since the beginning of the Unix era.</param>
    /// <param name="picture">The picture; null: ISO 8601.</param>
    /// <param name="timezone">The offset from UTC as <c>+hhmm</c>; null: UTC.</param>
    /// <exception cref="JsonataException">D3130 to D3135: the picture or the offset is none; D1001: the moment is out of range.</exception>
    public static string Format(long millis, string? picture, string? timezone)
    {
        if (millis is < -CivilTime.MaxMillis or > CivilTime.MaxMillis)
            throw new JsonataException("D1001", $"{millis} milliseconds since 1970 are out of range.", token: "fromMillis");

        var offset = ZoneOffset.Read(timezone);
        var time = new CivilTime(millis + (offset.Minutes * 60_000L));
        var text = new StringBuilder();
        foreach (var part in picture is null ? Iso8601 : PictureReader.Read(picture))
            text.Append(part.Format(time, offset));
        return text.ToString();
    }

    /// <summary>Reads a moment.</summary>
    /// <param name="timestamp">The text.</param>
    /// <param name="picture">The picture it was written after; null: ISO 8601.</param>
    /// <param name="now">Where the components come from that are greater than those the text has: a time alone is today's.</param>
    /// <returns>Milliseconds since the beginning of the Unix era; null: the text does not follow the picture.</returns>
    /// <exception cref="JsonataException">D3110: there is no picture, and the text is not ISO 8601; D3130 to D3135: the picture is none; D3136: it leaves a gap; U1001: there are too many ways to read the text.</exception>
    public static long? Parse(string timestamp, string? picture, DateTimeOffset now) =>
        picture is null ? Iso8601Timestamp.Parse(timestamp)
        : TimestampMatcher.Match(timestamp, PictureReader.Read(picture)) is { Count: > 0 } components ? new PartialTime(components, now).ToMillis()
        : null;
}
