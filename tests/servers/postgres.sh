#!/usr/bin/env bash
# A private PostgreSQL in a directory of its own, on the loopback interface only.
#   postgres.sh start DIR   starts it (a new cluster, or the one DIR already holds, on its old port), waits until it answers, prints the port
#   postgres.sh stop DIR    stops it; postgres.sh kill DIR ends it as a crash would; postgres.sh immediate DIR stops it without a checkpoint
# The superuser is "postgres", without a password.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
command=${1:?start, stop, immediate or kill} dir=${2:?directory}
bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || true)")
[ -x "$bin/initdb" ] || { echo "postgres.sh: no PostgreSQL server is installed (looked in /usr/lib/postgresql and PATH)" >&2; exit 1; }

# The server refuses to run as root.
as_owner() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }

case $command in
  start)
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd)
    [ "$(id -u)" != 0 ] || chown postgres "$dir"
    [ -f "$dir/port" ] || "$here/free-ports" 1 >"$dir/port"
    port=$(cat "$dir/port")
    if [ ! -f "$dir/data/PG_VERSION" ]; then
      as_owner "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1 ||
        { cat "$dir/initdb.log" >&2; exit 1; }
    fi
    # A socket's path is at most 107 characters long, so there is none: TCP alone.
    as_owner "$bin/pg_ctl" -D "$dir/data" -l "$dir/data/server.log" -w -t 60 -s start -o \
      "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300 -c shared_buffers=128MB" >&2 ||
      { tail -n 20 "$dir/data/server.log" >&2; exit 1; }
    echo "$port"
    ;;
  stop) as_owner "$bin/pg_ctl" -D "$dir/data" -m fast -w -t 30 -s stop ;;
  immediate) as_owner "$bin/pg_ctl" -D "$dir/data" -m immediate -w -t 30 -s stop ;;
  kill)
    # A new server refuses the data directory as long as any process of the old one is left: wait for all of them.
    server=$(head -n 1 "$dir/data/postmaster.pid")
    mapfile -t processes < <(echo "$server"; pgrep -P "$server")
    kill -KILL "$server"
    for process in "${processes[@]}"; do
      for _ in $(seq 300); do kill -0 "$process" 2>/dev/null || break; sleep 0.1; done
    done
    ;;
  *) echo "postgres.sh: '$command' is not start, stop, immediate or kill" >&2; exit 2 ;;
esac
