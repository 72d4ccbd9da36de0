#!/usr/bin/env bash
# Measures, one JSON line each, then the tables of docs/benchmarks.md.
#   bench/run.sh                          everything
#   bench/run.sh language                 the interpreter, and expressions against the reference implementations on Node; less than three minutes
#   bench/run.sh transitions              a saga's transitions per second with shared commits, with a commit each, and without persistence; five minutes
#   bench/run.sh sdk                      CPU and throughput of an item in a worker of Flow, by those of a bare MassTransit consumer; a minute
#   bench/run.sh transports [NAME...]     each transport by RabbitMQ: bare messages, and runs through orchestrator, worker and monitor; SQS as an emulator has it; five minutes
#                                         (FLOW_AMAZON_LATENCY_MS=15 has it answer as late as AWS may)
#   bench/run.sh queue-bloat [MINUTES]    sizes of PostgreSQL's queue tables each minute while messages are sent and handled at a steady rate (FLOW_BENCH_RATE a second, 300); 10 minutes
#   bench/run.sh services [WORKLOAD...]   orchestrator and worker as processes, on a RabbitMQ and a PostgreSQL of their own:
#                                         floor, idle, chain, jobs, fan-out, timers, growth; all of them when none is named
# FLOW_BENCH_SCALE=0.1 makes a quick run of the services, the transports and the sdk (a tenth of every size); FLOW_BENCH_ITEMS=100,1000,10000,100000 sets the widths of fan-out.
# Needs the .NET SDK; Node for the language; the servers (tests/servers/packages.sh servers) for the services. The lines are kept in artifacts/bench.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
part=${1:-all}
shift || true

inputs=$PWD/artifacts/bench
export FLOW_BENCH_INPUTS=$inputs FLOW_BENCH_ROOT=$PWD
mkdir -p "$inputs"
build() { dotnet build "$1" -c Release -v q --nologo -clp:NoSummary >&2; }
build bench

language() {
  npm ci --prefix bench/node --no-audit --no-fund --loglevel error >&2
  node bench/node/inputs.mjs "$inputs"
  {
    dotnet bench/bin/Release/net10.0/Flow.Bench.dll
    node bench/node/measure.mjs bench/expressions.json "$inputs"
  } | tee "$inputs/measurements.jsonl"
  node bench/node/table.mjs < "$inputs/measurements.jsonl"
}

servers() {
  [ -z "${FLOW_BENCH_POSTGRES:-}" ] || return 0
  local servers amqp postgres
  servers=$(mktemp -d)
  chmod 755 "$servers"
  # The directory is named here: the trap runs when the function's own variables are gone.
  FLOW_BENCH_SERVERS=$servers
  trap "[ ! -d '$servers/redis' ] || tests/servers/redis.sh stop '$servers/redis' || true; tests/servers/rabbitmq.sh stop '$servers/rabbitmq' || true; tests/servers/postgres.sh stop '$servers/postgres' || true; rm -rf '$servers'" EXIT
  postgres=$(tests/servers/postgres.sh start "$servers/postgres")
  export FLOW_BENCH_POSTGRES="Host=127.0.0.1;Port=$postgres;Username=postgres;Database=flow"
  [ "${1:-all}" = all ] || return 0
  read -r amqp _ < <(tests/servers/rabbitmq.sh start "$servers/rabbitmq")
  export FLOW_BENCH_RABBITMQ="amqp://guest:guest@127.0.0.1:$amqp"
  FLOW_BENCH_RABBITMQ_PID=$(cat "$servers/rabbitmq/pid")
  FLOW_BENCH_POSTGRES_PID=$(head -n 1 "$servers/postgres/data/postmaster.pid")
  export FLOW_BENCH_RABBITMQ_PID FLOW_BENCH_POSTGRES_PID
}

queue_bloat() {
  servers postgres
  dotnet bench/bin/Release/net10.0/Flow.Bench.dll queue-bloat "${FLOW_BENCH_POSTGRES%;Database=*}" "${1:-10}" | tee "$inputs/queue-bloat.jsonl"
}

transitions() {
  servers
  dotnet bench/bin/Release/net10.0/Flow.Bench.dll transitions "$FLOW_BENCH_RABBITMQ" "${FLOW_BENCH_POSTGRES%;Database=*}" | tee "$inputs/transitions.jsonl"
}

sdk() {
  servers
  dotnet bench/bin/Release/net10.0/Flow.Bench.dll sdk | tee "$inputs/sdk.jsonl"
}

transports() {
  build cli
  servers
  : "${FLOW_BENCH_REDIS:=redis://127.0.0.1:$(tests/servers/redis.sh start "$FLOW_BENCH_SERVERS/redis")}"
  npm ci --prefix tests/tools --no-audit --no-fund --ignore-scripts --loglevel error >&2
  # The emulator ends with its input, which is this script's.
  rm -f "$inputs/emulator.port"
  exec {emulator}> >(node tests/servers/amazon.mjs >"$inputs/emulator.port")
  until [ -s "$inputs/emulator.port" ]; do sleep 0.2; done
  FLOW_BENCH_SQS=http://127.0.0.1:$(cat "$inputs/emulator.port")
  export FLOW_BENCH_REDIS FLOW_BENCH_SQS AWS_ACCESS_KEY_ID=bench AWS_SECRET_ACCESS_KEY=bench
  dotnet bench/bin/Release/net10.0/Flow.Bench.dll transports "$@" | tee "$inputs/transports.jsonl"
  node bench/node/transports.mjs < "$inputs/transports.jsonl"
}

services() {
  build cli
  servers
  dotnet bench/bin/Release/net10.0/Flow.Bench.dll services "$@" | tee "$inputs/services.jsonl"
  node bench/node/services.mjs < "$inputs/services.jsonl"
}

case $part in
  all) language; transitions; sdk; transports; services ;;
  language) language ;;
  transitions) transitions ;;
  queue-bloat) queue_bloat "$@" ;;
  sdk) sdk ;;
  transports) transports "$@" ;;
  services) services "$@" ;;
  *) echo "run.sh: '$part' is not language, transitions, queue-bloat, sdk, transports or services" >&2; exit 2 ;;
esac
