using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence;

/// <summary>Told of commits that EF's own interceptors do not see, because messages share them. Registered as a service.</summary>
public interface ICommitObserver<in TDbContext>
    where TDbContext : DbContext
{
    /// <summary>What this context added, changed and removed is committed.</summary>
    void Committed(TDbContext context);
}
