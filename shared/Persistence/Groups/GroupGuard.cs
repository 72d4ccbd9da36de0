using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Flow.Persistence;

/// <summary>The message cannot be handled in this group: it is taken out without a trace, and handled again.</summary>
internal abstract class OutOfGroupException(string why) : Exception(why)
{
    /// <summary>Whether this is what an exception comes down to: state machines and EF wrap what is thrown in them.</summary>
    public static bool IsIn<T>(Exception? exception)
        where T : OutOfGroupException => exception is T || (exception is not null && IsIn<T>(exception.InnerException));
}

/// <summary>It needs a transaction of its own.</summary>
internal sealed class AloneException(string why) : OutOfGroupException(why);

/// <summary>It reads what a message before it in the group may have changed: it goes with the next group.</summary>
internal sealed class NextGroupException() : OutOfGroupException("It reads what is not committed yet.");

/// <summary>
/// Keeps a context that shares its transaction with other messages from writing by itself, and from locking rows outside of that transaction. Reading sees what is committed; that is everything there is to see
/// for the first message of a saga in a group, and not for those after it.
/// </summary>
internal sealed class GroupGuard : SaveChangesInterceptor, IDbCommandInterceptor, IDbTransactionInterceptor
{
    public static readonly GroupGuard Instance = new();

    private static readonly ConditionalWeakTable<DbContext, GroupMember> Guarded = [];

    public static void Guard(DbContext context, GroupMember member) => Guarded.AddOrUpdate(context, member);

    public static void Release(DbContext context) => Guarded.Remove(context);

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result) => Check(eventData.Context, "It saves changes of its own.", result);

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        new(SavingChanges(eventData, result));

    public InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result) => Check(eventData.Context, "It runs a statement of its own.", result);

    public ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        new(NonQueryExecuting(command, eventData, result));

    public InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        if (eventData.Context is { } context && Guarded.TryGetValue(context, out var member) && member.HasPredecessors)
        {
            member.Defer();
            throw new NextGroupException();
        }

        return command.CommandText.Contains(" FOR ", StringComparison.Ordinal) && (command.CommandText.Contains("FOR UPDATE", StringComparison.Ordinal) || command.CommandText.Contains("FOR SHARE", StringComparison.Ordinal))
            ? Check(eventData.Context, "It locks rows of its own.", result)
            : result;
    }

    public ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) =>
        new(ReaderExecuting(command, eventData, result));

    public InterceptionResult<DbTransaction> TransactionStarting(DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result) =>
        Check(eventData.Context, "It begins a transaction of its own.", result);

    public ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default) =>
        new(TransactionStarting(connection, eventData, result));

    private static T Check<T>(DbContext? context, string why, T result) =>
        context is not null && Guarded.TryGetValue(context, out _) ? throw new AloneException(why) : result;
}
