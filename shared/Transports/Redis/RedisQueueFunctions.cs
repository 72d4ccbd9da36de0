namespace Flow.Transports.Redis;

/// <summary>
/// What the scripts of <see cref="RedisQueueScripts"/> have in common. A script that stores a message has it in ARGV from 2 on: transport id, priority, delay in milliseconds,
/// time to live in milliseconds, cancel token, routing key, content type, headers, body; what is absent is ''.
/// </summary>
internal static class RedisQueueFunctions
{
    public const string All = """
        local P = KEYS[1]
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        -- Other commands wait while a script runs.
        local batch = 1000

        local function of(queue, set) return P .. 'queue:' .. queue .. ':' .. set end
        local function message(id) return P .. 'message:' .. id end
        local function find(name) return redis.call('HGET', P .. 'names', name) end

        local function create(name)
          local queue = find(name)
          if not queue then
            queue = tostring(redis.call('INCR', P .. 'last-queue'))
            redis.call('HSET', P .. 'names', name, queue)
            redis.call('HSET', of(queue, 'about'), 'name', name)
          end
          return queue
        end

        local function touch(queue)
          local idle = redis.call('HGET', of(queue, 'about'), 'idle')
          if idle then redis.call('ZADD', P .. 'idle', now + idle, queue) end
        end

        -- Whoever finds a queue empty waits for this; who finds it filled goes on receiving. So only what is first wakes.
        local function wake(queue) redis.call('PUBLISH', P .. 'wake:' .. queue, '') end

        local function make_ready(queue, id, priority)
          if redis.call('ZCARD', of(queue, 'ready')) == 0 then wake(queue) end
          redis.call('ZADD', of(queue, 'ready'), priority, id)
        end

        local function make_delayed(queue, id, due)
          redis.call('ZADD', of(queue, 'delayed'), due, id)
          if redis.call('ZRANK', of(queue, 'delayed'), id) == 0 then wake(queue) end
        end

        local function forget_token(id)
          local token = redis.call('HGET', message(id), 'token')
          if token then
            redis.call('SREM', P .. 'token:' .. token, id)
            redis.call('HDEL', message(id), 'token')
          end
        end

        local function unlease(queue, id)
          local owner = redis.call('HGET', message(id), 'owner')
          redis.call('ZREM', of(queue, 'leased'), id)
          if owner then redis.call('SREM', P .. 'owner:' .. owner, id) end
          redis.call('HDEL', message(id), 'lock', 'owner')
        end

        local function erase(queue, id)
          unlease(queue, id)
          forget_token(id)
          redis.call('ZREM', of(queue, 'ready'), id)
          redis.call('ZREM', of(queue, 'delayed'), id)
          redis.call('DEL', message(id))
        end

        -- The queue of message ARGV[1], if it is leased under lock ARGV[2].
        local function held()
          local about = redis.call('HMGET', message(ARGV[1]), 'lock', 'queue')
          return about[1] == ARGV[2] and about[2]
        end

        local function describe(id, headers)
          redis.call('HDEL', message(id), 'over', 'headers')
          if headers ~= '' then redis.call('HSET', message(id), 'headers', headers) end
        end

        local function move(id, name)
          local queue = create(name)
          redis.call('HDEL', message(id), 'expires')
          redis.call('HSET', message(id), 'queue', queue, 'deliveries', 0)
          make_ready(queue, id, redis.call('HGET', message(id), 'priority'))
        end

        -- Ends a lease; true: by the delivery limit, the message is in the error queue.
        local function give_back(queue, id, due)
          unlease(queue, id)
          local about = redis.call('HMGET', message(id), 'deliveries', 'priority')
          local of_queue = redis.call('HMGET', of(queue, 'about'), 'limit', 'name')
          if not about[1] then return false end
          if of_queue[1] and tonumber(about[1]) >= tonumber(of_queue[1]) then
            redis.call('HSET', message(id), 'over', about[1])
            move(id, of_queue[2] .. '_error')
            return true
          end
          if due > now then make_delayed(queue, id, due) else make_ready(queue, id, about[2]) end
          return false
        end

        -- Makes ready what is due; answers how many messages were over their delivery limit.
        local function settle(queue)
          local over = 0
          for _, id in ipairs(redis.call('ZRANGEBYSCORE', of(queue, 'leased'), '-inf', now, 'LIMIT', 0, batch)) do
            if give_back(queue, id, now) then over = over + 1 end
          end
          for _, id in ipairs(redis.call('ZRANGEBYSCORE', of(queue, 'delayed'), '-inf', now, 'LIMIT', 0, batch)) do
            redis.call('ZREM', of(queue, 'delayed'), id)
            forget_token(id)
            make_ready(queue, id, redis.call('HGET', message(id), 'priority') or 100)
          end
          return over
        end

        -- Gives back what an owner holds, and forgets the owner.
        local function bury(owner)
          for _, id in ipairs(redis.call('SMEMBERS', P .. 'owner:' .. owner)) do
            local queue = redis.call('HGET', message(id), 'queue')
            if queue then give_back(queue, id, now) end
          end
          redis.call('DEL', P .. 'owner:' .. owner)
          redis.call('ZREM', P .. 'owners', owner)
        end

        local function clear(queue)
          local cleared = 0
          for _, set in ipairs({ 'ready', 'delayed', 'leased' }) do
            for _, id in ipairs(redis.call('ZRANGEBYSCORE', of(queue, set), '-inf', '+inf', 'LIMIT', 0, batch - cleared)) do
              erase(queue, id)
              cleared = cleared + 1
            end
          end
          return cleared
        end

        local function holds(queue) return redis.call('EXISTS', of(queue, 'ready'), of(queue, 'delayed'), of(queue, 'leased')) > 0 end

        local function delete(queue)
          if clear(queue) == batch then return end
          local name = redis.call('HGET', of(queue, 'about'), 'name')
          for _, topic in ipairs(redis.call('SMEMBERS', of(queue, 'topics'))) do
            for _, text in ipairs(redis.call('SMEMBERS', P .. 'topic:' .. topic)) do
              local binding = cjson.decode(text)
              if binding[1] == 'queue' and binding[2] == name then redis.call('SREM', P .. 'topic:' .. topic, text) end
            end
          end
          redis.call('HDEL', P .. 'names', name)
          redis.call('DEL', of(queue, 'about'), of(queue, 'topics'))
          redis.call('ZREM', P .. 'idle', queue)
          wake(queue)
        end

        local function store(queue)
          local id = string.format('%016d', redis.call('INCR', P .. 'last-message'))
          local delay = tonumber(ARGV[4])
          redis.call('HSET', message(id), 'queue', queue, 'deliveries', 0, 'sent', now, 'transport', ARGV[2], 'priority', ARGV[3], 'body', ARGV[10])
          if ARGV[5] ~= '' then redis.call('HSET', message(id), 'expires', now + delay + ARGV[5]) end
          if ARGV[7] ~= '' then redis.call('HSET', message(id), 'key', ARGV[7]) end
          if ARGV[8] ~= '' then redis.call('HSET', message(id), 'type', ARGV[8]) end
          if ARGV[9] ~= '' then redis.call('HSET', message(id), 'headers', ARGV[9]) end
          if delay <= 0 then
            make_ready(queue, id, ARGV[3])
            return
          end
          if ARGV[6] ~= '' then
            redis.call('HSET', message(id), 'token', ARGV[6])
            redis.call('SADD', P .. 'token:' .. ARGV[6], id)
          end
          make_delayed(queue, id, now + delay)
        end
        """;
}
