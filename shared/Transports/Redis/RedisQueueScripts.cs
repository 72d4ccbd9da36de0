namespace Flow.Transports.Redis;

/// <summary>
/// What is done to the queues, one script for each act: Redis runs a script as a whole or, when memory is short, not at all. KEYS[1] is what every key begins with. Moments are
/// milliseconds since 1970 on the server's clock, the only one that counts. The keys behind KEYS[1]:
/// <list type="bullet">
/// <item><c>names</c>: queue name to id; <c>last-queue</c>, <c>last-message</c>: counters; <c>topic:NAME</c>: the set of its bindings, as JSON arrays.</item>
/// <item><c>queue:ID:about</c>: name, delivery limit, and after how long without a consumer it ends; <c>queue:ID:topics</c>: topics that are bound to it.</item>
/// <item><c>queue:ID:ready</c>: message ids by priority, alike ones by id, which is of fixed width; <c>:delayed</c> by due moment; <c>:leased</c> by the end of the lease.</item>
/// <item><c>message:ID</c>: a message, in one queue; <c>token:T</c>: delayed messages that T cancels; <c>owner:O</c>: messages leased to O.</item>
/// <item><c>owners</c>, <c>idle</c>: who holds messages, and temporary queues, by the moment from which they count as gone; <c>kept</c>: when that was last looked after.</item>
/// </list>
/// </summary>
internal static class RedisQueueScripts
{
    /// <summary>name, delivery limit, idle milliseconds or '' → id.</summary>
    public const string DeclareQueue = $"""
        {RedisQueueFunctions.All}
        local queue = create(ARGV[1])
        redis.call('HSET', of(queue, 'about'), 'limit', ARGV[2])
        if ARGV[3] ~= '' then
          redis.call('HSET', of(queue, 'about'), 'idle', ARGV[3])
        else
          redis.call('HDEL', of(queue, 'about'), 'idle')
          redis.call('ZREM', P .. 'idle', queue)
        end
        touch(queue)
        return tonumber(queue)
        """;

    /// <summary>topic, binding, name of the queue it is to or ''.</summary>
    public const string Bind = $"""
        {RedisQueueFunctions.All}
        redis.call('SADD', P .. 'topic:' .. ARGV[1], ARGV[2])
        local queue = find(ARGV[3])
        if queue then redis.call('SADD', of(queue, 'topics'), ARGV[1]) end
        """;

    /// <summary>queue name, message (as <see cref="RedisQueueFunctions"/> stores it) → whether there is such a queue.</summary>
    public const string Send = $"""
        {RedisQueueFunctions.All}
        local queue = find(ARGV[1])
        if not queue then return 0 end
        store(queue)
        return 1
        """;

    /// <summary>topic, message (as <see cref="RedisQueueFunctions"/> stores it).</summary>
    public const string Publish = $$"""
        {{RedisQueueFunctions.All}}
        local topics, known, queues = { ARGV[1] }, { [ARGV[1]] = true }, {}
        local at = 1
        while topics[at] do
          for _, text in ipairs(redis.call('SMEMBERS', P .. 'topic:' .. topics[at])) do
            local binding = cjson.decode(text)
            local destination = binding[2]
            if binding[3] and binding[3] ~= ARGV[7] then
              -- Another routing key.
            elseif binding[1] == 'queue' then
              queues[destination] = true
            elseif not known[destination] then
              known[destination] = true
              topics[#topics + 1] = destination
            end
          end
          at = at + 1
        end
        for name in pairs(queues) do
          local queue = find(name)
          if queue then store(queue) end
        end
        """;

    /// <summary>queue name, owner, owner's milliseconds, lock, limit, lease milliseconds → nil: there is no such queue; else (id, field…)…, by priority and age.</summary>
    public const string Receive = $$"""
        {{RedisQueueFunctions.All}}
        local queue = find(ARGV[1])
        if not queue then return false end
        settle(queue)
        touch(queue)
        redis.call('ZADD', P .. 'owners', now + ARGV[3], ARGV[2])
        local received = {}
        local popped = redis.call('ZPOPMIN', of(queue, 'ready'), ARGV[5])
        for i = 1, #popped, 2 do
          local id = popped[i]
          if redis.call('EXISTS', message(id)) == 1 then
            redis.call('HINCRBY', message(id), 'deliveries', 1)
            redis.call('HSET', message(id), 'lock', ARGV[4], 'owner', ARGV[2])
            redis.call('ZADD', of(queue, 'leased'), now + ARGV[6], id)
            redis.call('SADD', P .. 'owner:' .. ARGV[2], id)
            received[#received + 1] = { id, redis.call('HMGET', message(id),
              'transport', 'deliveries', 'priority', 'sent', 'expires', 'type', 'key', 'headers', 'over', 'body') }
          end
        end
        return received
        """;

    /// <summary>queue id → milliseconds until there may be something to receive; nil: that cannot be told; -1: there is no such queue.</summary>
    public const string NextDue = $$"""
        {{RedisQueueFunctions.All}}
        if redis.call('EXISTS', of(ARGV[1], 'about')) == 0 then return -1 end
        if redis.call('ZCARD', of(ARGV[1], 'ready')) > 0 then return 0 end
        local wait = nil
        for _, set in ipairs({ 'delayed', 'leased' }) do
          local first = redis.call('ZRANGE', of(ARGV[1], set), 0, 0, 'WITHSCORES')
          if first[2] and (not wait or first[2] - now < wait) then wait = math.max(0, first[2] - now) end
        end
        return wait or false
        """;

    /// <summary>message id, lock → whether it was held.</summary>
    public const string Acknowledge = $"""
        {RedisQueueFunctions.All}
        local queue = held()
        if not queue then return 0 end
        erase(queue, ARGV[1])
        return 1
        """;

    /// <summary>message id, lock, milliseconds → whether it was held.</summary>
    public const string Extend = $"""
        {RedisQueueFunctions.All}
        local queue = held()
        if not queue then return 0 end
        redis.call('ZADD', of(queue, 'leased'), now + ARGV[3], ARGV[1])
        return 1
        """;

    /// <summary>message id, lock, delay in milliseconds, headers or '' → whether it was held.</summary>
    public const string Release = $"""
        {RedisQueueFunctions.All}
        local queue = held()
        if not queue then return 0 end
        describe(ARGV[1], ARGV[4])
        give_back(queue, ARGV[1], now + ARGV[3])
        return 1
        """;

    /// <summary>message id, lock, queue name, headers or '' → whether it was held.</summary>
    public const string Move = $"""
        {RedisQueueFunctions.All}
        local queue = held()
        if not queue then return 0 end
        unlease(queue, ARGV[1])
        describe(ARGV[1], ARGV[4])
        move(ARGV[1], ARGV[3])
        return 1
        """;

    /// <summary>token → how many delayed messages were cancelled.</summary>
    public const string Cancel = $"""
        {RedisQueueFunctions.All}
        local cancelled = 0
        for _, id in ipairs(redis.call('SMEMBERS', P .. 'token:' .. ARGV[1])) do
          local queue = redis.call('HGET', message(id), 'queue')
          local due = queue and redis.call('ZSCORE', of(queue, 'delayed'), id)
          if due and tonumber(due) > now then
            erase(queue, id)
            cancelled = cancelled + 1
          end
        end
        return cancelled
        """;

    /// <summary>queue name → how many messages were erased; call again until there are none.</summary>
    public const string Purge = $"""
        {RedisQueueFunctions.All}
        local queue = find(ARGV[1])
        return queue and clear(queue) or 0
        """;

    /// <summary>queue name → how many messages over their delivery limit were moved.</summary>
    public const string Sweep = $"""
        {RedisQueueFunctions.All}
        local queue = find(ARGV[1])
        return queue and settle(queue) or 0
        """;

    /// <summary>queue name.</summary>
    public const string Touch = $"""
        {RedisQueueFunctions.All}
        local queue = find(ARGV[1])
        if queue then touch(queue) end
        """;

    /// <summary>owner.</summary>
    public const string ReleaseAll = $"""
        {RedisQueueFunctions.All}
        for _, id in ipairs(redis.call('SMEMBERS', P .. 'owner:' .. ARGV[1])) do
          if redis.call('EXISTS', message(id)) == 1 then redis.call('HINCRBY', message(id), 'deliveries', -1) end
        end
        bury(ARGV[1])
        """;

    /// <summary>→ names of the queues that hold messages.</summary>
    public const string ListFilled = $$"""
        {{RedisQueueFunctions.All}}
        local filled = {}
        local names = redis.call('HGETALL', P .. 'names')
        for i = 1, #names, 2 do
          if holds(names[i + 1]) then filled[#filled + 1] = names[i] end
        end
        return filled
        """;

    /// <summary>queue name… → (name, messages with no consumer, when the oldest of the ready ones was sent or nil)… for those that exist.</summary>
    public const string Look = $$"""
        {{RedisQueueFunctions.All}}
        local seen = {}
        for _, name in ipairs(ARGV) do
          local queue = find(name)
          if queue then
            local oldest = false
            local first = redis.call('ZRANGE', of(queue, 'ready'), 0, 0, 'WITHSCORES')
            while first[1] do
              local sent = tonumber(redis.call('HGET', message(first[1]), 'sent'))
              if sent and (not oldest or sent < oldest) then oldest = sent end
              first = redis.call('ZRANGEBYSCORE', of(queue, 'ready'), '(' .. first[2], '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
            end
            seen[#seen + 1] = { name, redis.call('ZCARD', of(queue, 'ready')) + redis.call('ZCARD', of(queue, 'delayed'))
              + redis.call('ZCOUNT', of(queue, 'leased'), '-inf', now), oldest }
          end
        end
        return seen
        """;

    /// <summary>queue name… → whether none of them held a message; then those that there were are deleted.</summary>
    public const string Delete = $$"""
        {{RedisQueueFunctions.All}}
        local queues = {}
        for _, name in ipairs(ARGV) do
          local queue = find(name)
          if queue and holds(queue) then return 0 end
          if queue then queues[#queues + 1] = queue end
        end
        for _, queue in ipairs(queues) do delete(queue) end
        return 1
        """;

    /// <summary>owner's milliseconds, owner… that lives → 1: there is more to do, call again. Gives back what dead owners hold, and deletes idle queues.</summary>
    public const string Keep = $"""
        {RedisQueueFunctions.All}
        local kept = redis.call('GET', P .. 'kept')
        redis.call('SET', P .. 'kept', now)
        -- Nobody said that they live: then perhaps nobody could, and all get the time to.
        if not kept or kept + ARGV[1] / 2 < now then
          for _, owner in ipairs(redis.call('ZRANGE', P .. 'owners', 0, -1)) do redis.call('ZADD', P .. 'owners', now + ARGV[1], owner) end
          for _, queue in ipairs(redis.call('ZRANGE', P .. 'idle', 0, -1)) do touch(queue) end
        end
        for i = 2, #ARGV do redis.call('ZADD', P .. 'owners', now + ARGV[1], ARGV[i]) end
        for _, owner in ipairs(redis.call('ZRANGEBYSCORE', P .. 'owners', '-inf', now)) do bury(owner) end
        local idle = redis.call('ZRANGEBYSCORE', P .. 'idle', '-inf', now, 'LIMIT', 0, 1)[1]
        if not idle then return 0 end
        delete(idle)
        return 1
        """;
}
