#!/usr/bin/env bash
# Runs every test of Flow and closes with one line: N passed, N failed.
#   ./test.sh              everything
#   ./test.sh Contracts    the test projects whose name contains "Contracts", in upper or lower case
#   ./test.sh transports   the contract of every transport, and the table of what Flow does on each (docs/transports.md)
#   ./test.sh simulate --seed S --minutes N schedules of tests/Simulation from a seed on, for N minutes; without minutes the one schedule, with its steps when it breaks something
#   ./test.sh chaos --minutes N --seed S    the long version of tests/Chaos: random faults for N minutes, and their table
#
# Servers: PostgreSQL, RabbitMQ and Redis as named by FLOW_TEST_POSTGRES (connection string without a database), FLOW_TEST_RABBITMQ (amqp URI),
# FLOW_TEST_RABBITMQ_MANAGEMENT (http URI with user and password) and FLOW_TEST_REDIS (redis URI); those that are not named are started here, from the distribution's packages
# or, where these are missing and a Docker engine answers, as containers: on the loopback interface, free ports and a temporary directory.
# Settings: FLOW_TEST_CONFIGURATION (Debug, so that assertions hold), FLOW_TEST_PARALLEL (2 projects side by side),
# FLOW_TEST_TIMEOUT_SECONDS (2400 for one project: a busy machine may take three times as long as a quiet one). Logs stay in artifacts/tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# What runs long has a name of its own, and options that are its program's business.
long=
case ${1:-} in chaos | simulate) long=$1 && shift ;; esac
filter=${1:-}
configuration=${FLOW_TEST_CONFIGURATION:-Debug}
parallel=${FLOW_TEST_PARALLEL:-2}
timeout_seconds=${FLOW_TEST_TIMEOUT_SECONDS:-2400}
logs=$PWD/artifacts/tests
servers=tests/servers
work=$(mktemp -d "${TMPDIR:-/tmp}/flow-test.XXXXXX")
chmod 755 "$work"
stops=()
passed=0 failed=0 skipped=0
broken=()

say() { printf '== %s\n' "$*"; }

# Whatever ends this script, nothing it started outlives it. The last line is printed here, so that a cut run has one as well.
finish() {
  local status=$? job stop
  trap - EXIT INT TERM HUP
  for job in $(jobs -p); do pkill -TERM -P "$job" || true; done
  wait 2>/dev/null || true
  end_strays
  for stop in "${stops[@]}"; do $stop >>"$logs/servers.log" 2>&1 || say "could not stop: $stop (see artifacts/tests/servers.log)"; done
  rm -rf "$work"
  if [ "$status" != 0 ] && [ ${#broken[@]} -eq 0 ]; then broken+=("the run was cut short (exit code $status)"); fi
  for job in "${broken[@]}"; do say "FAILED: $job"; done
  failed=$((failed + ${#broken[@]}))
  if [ "$skipped" -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
  [ "$failed" -eq 0 ] && exit 0 || exit 1
}
# Processes and servers that a test started and did not come to end: each has this run's directory, where tests put what they store, in its environment.
end_strays() {
  local environ process
  for environ in /proc/[0-9]*/environ; do
    process=${environ//[!0-9]/}
    if grep -qzxF "FLOW_TEST_DIRECTORY=$work" "$environ" 2>/dev/null; then kill -KILL "$process" 2>/dev/null || true; fi
  done
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

prepare_sdk() {
  if dotnet --version >/dev/null 2>&1; then return; fi
  if command -v apt-cache >/dev/null && [[ $(apt-cache policy dotnet-sdk-10.0) == *"Candidate: "[!\(]* ]]; then
    say "installing dotnet-sdk-10.0"
    if [ "$(id -u)" = 0 ]; then apt-get install -q -y dotnet-sdk-10.0; else sudo apt-get install -q -y dotnet-sdk-10.0; fi >"$logs/sdk.log" 2>&1 || true
  fi
  dotnet --version >/dev/null 2>&1 && return
  echo "The .NET 10 SDK (see global.json) is missing: install it from https://dotnet.microsoft.com/download/dotnet/10.0 and run ./test.sh again." >&2
  exit 1
}

server_packages_present() { [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] && command -v redis-server >/dev/null && compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
docker_answers() { timeout 10 docker info >/dev/null 2>&1 && docker compose version >/dev/null 2>&1; }

# Sets the variables for what is not named yet.
start_servers() {
  local postgres=${FLOW_TEST_POSTGRES:-} rabbitmq=${FLOW_TEST_RABBITMQ:-} redis=${FLOW_TEST_REDIS:-} sql amqp management redis_port
  [ -z "$postgres" ] || [ -z "$rabbitmq" ] || [ -z "$redis" ] || return 0
  if ! server_packages_present && docker_answers; then
    say "starting PostgreSQL, RabbitMQ and Redis as containers"
    stops+=("$servers/docker.sh stop flow-test-$$")
    if "$servers/docker.sh" start "flow-test-$$" >"$work/ports" 2>>"$logs/servers.log"; then
      read -r sql amqp management redis_port <"$work/ports"
      name_servers "$sql" "$amqp" "$management" "$redis_port"
      return 0
    fi
    say "the containers did not start (see artifacts/tests/servers.log); going on with packages"
  fi
  "$servers/packages.sh" servers
  if [ -z "$postgres" ]; then
    stops+=("$servers/postgres.sh stop $work/postgres")
    "$servers/postgres.sh" start "$work/postgres" >"$work/postgres.port" 2>>"$logs/servers.log" || { tail -n 20 "$logs/servers.log" >&2; exit 1; }
  fi
  if [ -z "$rabbitmq" ]; then
    stops+=("$servers/rabbitmq.sh stop $work/rabbitmq")
    "$servers/rabbitmq.sh" start "$work/rabbitmq" >"$work/rabbitmq.ports" 2>>"$logs/servers.log" || { tail -n 20 "$logs/servers.log" >&2; exit 1; }
  fi
  # A distribution without Redis: its tests are skipped.
  if [ -z "$redis" ] && command -v redis-server >/dev/null; then
    stops+=("$servers/redis.sh stop $work/redis")
    "$servers/redis.sh" start "$work/redis" >"$work/redis.port" 2>>"$logs/servers.log" || { tail -n 20 "$logs/servers.log" >&2; exit 1; }
  fi
  sql=$(cat "$work/postgres.port" 2>/dev/null || true)
  redis_port=$(cat "$work/redis.port" 2>/dev/null || true)
  read -r amqp management 2>/dev/null <"$work/rabbitmq.ports" || true
  name_servers "$sql" "${amqp:-}" "${management:-}" "$redis_port"
}

name_servers() {
  [ -n "${FLOW_TEST_POSTGRES:-}" ] || export FLOW_TEST_POSTGRES="Host=127.0.0.1;Port=$1;Username=postgres"
  if [ -z "${FLOW_TEST_RABBITMQ:-}" ]; then
    export FLOW_TEST_RABBITMQ="amqp://guest:guest@127.0.0.1:$2" FLOW_TEST_RABBITMQ_MANAGEMENT="http://guest:guest@127.0.0.1:$3"
  fi
  if [ -z "${FLOW_TEST_REDIS:-}" ] && [ -n "$4" ]; then export FLOW_TEST_REDIS="redis://127.0.0.1:$4"; fi
}

# What the tests run besides .NET: packages of npm, and an interpreter that has pika.
prepare_tools() {
  "$servers/packages.sh"
  if ! cmp -s tests/tools/package-lock.json tests/tools/node_modules/.installed; then
    (cd tests/tools && npm ci --no-audit --no-fund --ignore-scripts >"$logs/npm.log" 2>&1 && cp package-lock.json node_modules/.installed) ||
      say "npm ci failed (see artifacts/tests/npm.log); the tests that need its packages are skipped"
  fi
  if [ -z "${FLOW_TEST_PLAYWRIGHT:-}" ] && [ -d tests/tools/node_modules/playwright-core ]; then export FLOW_TEST_PLAYWRIGHT=$PWD/tests/tools; fi
  if [ -z "${FLOW_TEST_PYTHON:-}" ]; then
    FLOW_TEST_PYTHON=python3
    python3 -c 'import pika' 2>/dev/null || FLOW_TEST_PYTHON=/usr/bin/python3
    export FLOW_TEST_PYTHON
  fi
  if [ -z "${FLOW_CONFORMANCE_DIR:-}" ] && [ -d ../shared/conformance ]; then
    FLOW_CONFORMANCE_DIR=$(cd ../shared/conformance && pwd)
    export FLOW_CONFORMANCE_DIR
  fi
}

# Runs one program of a test project in place of the tests; its exit code is the verdict.
run_long() {
  local project=$1 name=$2
  shift 2
  build
  if FLOW_TEST_DIRECTORY=$work dotnet "$project/bin/$configuration/net10.0/$name.dll" "$@"; then passed=1; else broken+=("$name $*"); fi
}

build() {
  say "building Flow.sln ($configuration)"
  dotnet build Flow.sln --configuration "$configuration" --verbosity quiet --nologo -nodeReuse:false >"$logs/build.log" 2>&1 && return
  grep -E '(error|warning) ' "$logs/build.log" | sort -u | head -n 40 || tail -n 40 "$logs/build.log"
  broken+=("the build (see artifacts/tests/build.log)")
  exit 1
}

# "Flow.Contracts.Tests tests/Contracts.Tests" for each test project of the solution: the ones that take longest first, so that none of them is left over at the end; those that load the machine most last, each alone.
projects() {
  tr '\\' / <Flow.sln | sed -n 's|^Project(.* "\(tests/[^"]*\)/\([^"/]*\.Tests\)\.csproj".*|\2 \1|p' | grep -iF "$filter" | sort | awk '
    / tests\/(EndToEnd|Chaos)/ { last = last $0 "\n"; next }
    / tests\/(Orchestrator|Cli|Monitor|Worker)\./ { print; next }
    { rest = rest $0 "\n" } END { printf "%s%s", rest, last }'
}

# Runs one project; its result is read from its log afterwards.
run() {
  local name=$1 status=0
  FLOW_TEST_DIRECTORY=$work timeout --kill-after=10 "$timeout_seconds" \
    dotnet "$2/bin/$configuration/net10.0/$name.dll" -noColor -longRunning 60 >"$logs/$name.log" 2>&1 </dev/null || status=$?
  echo "$status" >"$work/$name.status.new"
  mv "$work/$name.status.new" "$work/$name.status"
}

# Adds one project's totals, and shows its failures.
account() {
  local name=$1 status totals total errors failures skips notrun
  status=$(cat "$work/$name.status")
  totals=$(sed -n -e 's/.*Total: 0$/0 0 0 0 0/p' \
    -e 's/.*Total: \([0-9]*\), Errors: \([0-9]*\), Failed: \([0-9]*\), Skipped: \([0-9]*\), Not Run: \([0-9]*\).*/\1 \2 \3 \4 \5/p' "$logs/$name.log" | tail -n 1)
  if [ "$status" = 124 ] || [ "$status" = 137 ]; then
    broken+=("$name was still running after $timeout_seconds s$(sed -n 's/.*\[Long Running Test\] \(.*\)/; long running: \1/p' "$logs/$name.log" | tail -n 1)")
  elif [ -z "$totals" ]; then
    broken+=("$name ended with exit code $status before it had a result")
    tail -n 25 "$logs/$name.log" 2>/dev/null || true
  fi
  read -r total errors failures skips notrun <<<"${totals:-0 0 0 0 0}"
  passed=$((passed + total - failures - skips - notrun))
  failed=$((failed + failures + errors))
  skipped=$((skipped + skips))
  printf '%-34s %5d passed %4d failed %4d skipped\n' "$name" $((total - failures - skips - notrun)) $((failures + errors)) "$skips"
  if [ -n "$totals" ] && [ $((total - notrun)) -eq 0 ]; then broken+=("$name ran no test"); fi
  if [ -n "$totals" ] && [ "$status" != 0 ] && [ $((failures + errors)) -eq 0 ]; then broken+=("$name ended with exit code $status"); fi
  # The table of what was seen on each transport.
  grep '^|' "$logs/$name.log" || true
  # A failure is a line with [FAIL] and the deeper indented lines below it.
  awk '/\[FAIL\]/ { shown = 1; print; next } shown && /^      / { print; next } { shown = 0 }' "$logs/$name.log" 2>/dev/null || true
}

run_projects() {
  local name path running=0
  local -a open=()
  while read -r name path; do
    open+=("$name")
    case $name in *EndToEnd* | *Chaos*) while [ "$running" -gt 0 ]; do await_one; done ;; esac
    if [ "$running" -ge "$parallel" ]; then await_one; fi
    run "$name" "$path" &
    running=$((running + 1))
  done < <(projects)
  if [ ${#open[@]} -eq 0 ]; then broken+=("no test project of Flow.sln has a name with '$filter'"); fi
  while [ "$running" -gt 0 ]; do await_one; done
}

# Waits until one of the projects of run_projects has ended, and accounts for those that have.
await_one() {
  local name status=0
  local -a still=()
  wait -n || status=$?
  if [ "$status" = 127 ]; then broken+=("no process is left that would end ${open[*]}"); running=0; fi
  for name in "${open[@]}"; do
    if [ -f "$work/$name.status" ]; then account "$name"; running=$((running - 1)); else still+=("$name"); fi
  done
  open=("${still[@]}")
}

# The recorded cases of the language are a measure, not tests: their table is shown, and that it was made is checked.
conformance() {
  [ -z "$filter" ] || return 0
  if [ -z "${FLOW_CONFORMANCE_DIR:-}" ]; then say "conformance: not measured, set FLOW_CONFORMANCE_DIR to the directory of recorded cases"; return 0; fi
  timeout --kill-after=10 "$timeout_seconds" \
    dotnet "tests/Conformance/bin/$configuration/net10.0/Flow.Conformance.dll" "$FLOW_CONFORMANCE_DIR" >"$logs/conformance.log" 2>&1 </dev/null || true
  cat "$logs/conformance.log"
  grep -q '^conformance: [0-9]* passed, [0-9]* failed' "$logs/conformance.log" || broken+=("the conformance runner gave no result")
}

rm -rf "$logs"
mkdir -p "$logs"
prepare_sdk
case $long in
  simulate)
    run_long tests/Simulation Flow.Simulation.Tests long "$@"
    exit
    ;;
  chaos)
    "$servers/packages.sh" servers
    run_long tests/Chaos Flow.Chaos.Tests storm "$@"
    exit
    ;;
esac
prepare_tools
start_servers
build
say "running the tests (logs in artifacts/tests)"
run_projects
conformance
