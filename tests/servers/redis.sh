#!/usr/bin/env bash
# A private Redis in a directory of its own, on the loopback interface only, with an append-only file that is synced before each answer.
#   redis.sh start DIR [OPTION...]   starts it (a new server, or on what DIR already holds, on its old port), waits until it has loaded its file and answers,
#                                    prints the port; options as of redis-server: --appendonly no
#   redis.sh stop DIR    stops it in good order; redis.sh kill DIR ends it as a crash would
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
command=${1:?start, stop or kill} dir=${2:?directory}
shift 2
server=$(command -v redis-server || true)
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)

alive() { kill -0 "$1" 2>/dev/null; }
# Asks without a client's program, which not every package brings.
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1" && printf 'PING\r\n' >&3 && read -r -t 5 answer <&3 && [[ $answer == +PONG* || $answer == -NOAUTH* ]]) 2>/dev/null; }

start() {
  [ -n "$server" ] || { echo "redis.sh: redis-server is not installed" >&2; exit 1; }
  [ -f "$dir/port" ] || "$here/free-ports" 1 >"$dir/port"
  local port pid
  port=$(cat "$dir/port")
  setsid "$server" --port "$port" --bind 127.0.0.1 --dir "$dir" --save '' --appendonly yes --appendfsync always "$@" </dev/null >>"$dir/log" 2>&1 &
  pid=$!
  echo "$pid" >"$dir/pid"
  for _ in $(seq 600); do
    if answers "$port"; then
      echo "$port"
      return 0
    fi
    alive "$pid" || break
    sleep 0.1
  done
  echo "redis.sh: the server did not come up; its last words:" >&2
  tail -n 20 "$dir/log" >&2
  end KILL
  exit 1
}

# Ends the server and waits for it to be gone; after 30 s without mercy.
end() {
  local pid
  [ -s "$dir/pid" ] || return 0
  pid=$(cat "$dir/pid")
  kill "-$1" "$pid" 2>/dev/null || true
  for _ in $(seq 300); do
    alive "$pid" || break
    sleep 0.1
  done
  if alive "$pid"; then kill -KILL "$pid"; fi
  rm -f "$dir/pid"
}

case $command in
  start) start "$@" ;;
  stop) end TERM ;;
  kill) end KILL ;;
  *) echo "redis.sh: '$command' is not start, stop or kill" >&2; exit 2 ;;
esac
