namespace Flow.Cli.Dev;

/// <summary>Keeps a second process off the database file: SQLite would let it in, but the queues and timers in it belong to one process.</summary>
internal sealed class DevLock : IDisposable
{
    private readonly FileStream _file;

    private DevLock(FileStream file) => _file = file;

    public static DevLock Take(string database)
    {
        var directory = Path.GetDirectoryName(database)!;
        if (!Directory.Exists(directory))
            throw CliException.Failed($"There is no directory '{directory}' for the database. Make it, or name another file with --db.");
        try
        {
            return new(new FileStream(database + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose));
        }
        catch (UnauthorizedAccessException)
        {
            throw CliException.Failed($"The directory '{directory}' is not writable. Name a database file elsewhere with --db.");
        }
        catch (IOException)
        {
            throw CliException.Failed($"The database {database} is in use by another 'flow dev'. Stop that one, or name another file with --db.");
        }
    }

    public void Dispose() => _file.Dispose();
}
