#!/usr/bin/env bash
# A private RabbitMQ node with the management plugin, its own epmd and data directory, on the loopback interface only.
#   rabbitmq.sh start DIR [FIRST]   starts it (a new node, or the one DIR already holds, on its old ports), waits until it is healthy,
#                           prints the AMQP port and the management port; with the directory of another node it is one cluster with that
#   rabbitmq.sh stop DIR    stops it in good order; rabbitmq.sh kill DIR ends it as a crash would
# User and password are guest. Lines of DIR/extra.conf are added to the node's configuration.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
command=${1:?start, stop or kill} dir=${2:?directory} first=${3:-}
bin=/usr/lib/rabbitmq/bin
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)

alive() { kill -0 "$1" 2>/dev/null; }

# Ends the process whose id the file holds, and waits for it to be gone; after 30 s without mercy.
end() {
  local file=$1 signal=$2 pid
  [ -s "$file" ] || return 0
  pid=$(cat "$file")
  kill "-$signal" "$pid" 2>/dev/null || true
  for _ in $(seq 300); do
    alive "$pid" || break
    sleep 0.1
  done
  if alive "$pid"; then kill -KILL "$pid"; fi
  rm -f "$file"
}

start() {
  [ -x $bin/rabbitmq-server ] || { echo "rabbitmq.sh: $bin/rabbitmq-server is not installed" >&2; exit 1; }
  local epmd amqp management distribution node other
  [ -f "$dir/ports" ] || "$here/free-ports" 4 >"$dir/ports"
  read -r epmd amqp management distribution <"$dir/ports"
  node=flow$amqp@localhost
  mkdir -p "$dir"/{mnesia,log}
  echo '[rabbitmq_management].' >"$dir/enabled_plugins"
  cat >"$dir/rabbitmq.conf" <<CONF
management.tcp.ip = 127.0.0.1
management.tcp.port = $management
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 50MB
CONF
  if [ -f "$dir/extra.conf" ]; then cat "$dir/extra.conf" >>"$dir/rabbitmq.conf"; fi
  if [ -n "$first" ]; then
    read -r epmd other _ <"$first/ports"
    [ -f "$dir/.erlang.cookie" ] || cp -p "$first/.erlang.cookie" "$dir/.erlang.cookie"
    cat >>"$dir/rabbitmq.conf" <<CONF
cluster_formation.peer_discovery_backend = classic_config
cluster_formation.classic_config.nodes.1 = flow$other@localhost
cluster_formation.classic_config.nodes.2 = $node
CONF
  else
    # Erlang's name daemon survives the node that started it: start it here, so that there is a process to end.
    setsid epmd -address 127.0.0.1 -port "$epmd" </dev/null >"$dir/log/epmd" 2>&1 &
    echo $! >"$dir/epmd.pid"
  fi
  HOME=$dir ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=$epmd RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_NODENAME=$node \
    RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT=$amqp RABBITMQ_DIST_PORT=$distribution \
    RABBITMQ_MNESIA_BASE=$dir/mnesia RABBITMQ_LOG_BASE=$dir/log RABBITMQ_PID_FILE=$dir/pid \
    RABBITMQ_ENABLED_PLUGINS_FILE=$dir/enabled_plugins RABBITMQ_CONFIG_FILE=$dir/rabbitmq.conf \
    RABBITMQ_ADVANCED_CONFIG_FILE=$dir/advanced.config \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}' \
    setsid $bin/rabbitmq-server </dev/null >"$dir/log/stdout" 2>"$dir/log/stderr" &
  local server=$!
  for _ in $(seq 600); do
    if curl -fsS -u guest:guest "http://127.0.0.1:$management/api/health/checks/port-listener/$amqp" >/dev/null 2>&1; then
      echo "$amqp $management"
      return 0
    fi
    alive "$server" || break
    sleep 0.1
  done
  echo "rabbitmq.sh: the node did not become healthy; its last words:" >&2
  tail -n 20 "$dir"/log/std* >&2
  stop TERM
  exit 1
}

stop() {
  end "$dir/pid" "$1"
  end "$dir/epmd.pid" TERM
}

case $command in
  start) start ;;
  stop) stop TERM ;;
  kill) stop KILL ;;
  *) echo "rabbitmq.sh: '$command' is not start, stop or kill" >&2; exit 2 ;;
esac
