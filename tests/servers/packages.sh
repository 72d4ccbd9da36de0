#!/usr/bin/env bash
# packages.sh [servers]: installs what the tests need and this machine lacks, from the distribution's packages (Debian, Ubuntu).
# With the word "servers" also PostgreSQL, RabbitMQ and Redis. Needs root or sudo only when something is missing.
set -euo pipefail

missing=()
# need PACKAGE CONDITION...: the package is missing unless the condition holds.
need() {
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}

has() { command -v "$1"; }
has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' || has initdb; }
has_pika() { /usr/bin/python3 -c 'import pika' || python3 -c 'import pika'; }
has_compose() { has docker-compose || docker compose version; }
has_kustomize() { has kubectl || has kustomize; }

need ca-certificates test -d /etc/ssl/certs
need curl has curl
need git has git
need procps has pgrep
need python3 has python3
need python3-pika has_pika
need prometheus has promtool
need docker-compose has_compose
need kubernetes-client has_kustomize
need yamllint has yamllint
need chromium has chromium
need fonts-dejavu-core test -f /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
need nodejs has node
need npm has npm
if [ "${1:-}" = servers ]; then
  need postgresql has_postgres
  need rabbitmq-server test -x /usr/lib/rabbitmq/bin/rabbitmq-server
  need redis-server has redis-server
fi
[ ${#missing[@]} -gt 0 ] || exit 0

echo "packages: installing ${missing[*]}"
command -v apt-get >/dev/null || { echo "packages: there is no apt-get here; install by hand: ${missing[*]}" >&2; exit 1; }
as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "packages: run as root, or install by hand: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi

# A fresh machine may still be busy with updates of its own, and a mirror may fail once.
apt() {
  local attempt
  for attempt in 1 2 3; do
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 -q -y "$@" && return 0
    echo "packages: apt-get $1 failed (attempt $attempt of 3)" >&2
  done
  return 1
}

# The tests start servers of their own: the packages must not start any.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap '"${as_root[@]}" rm -f $policy' EXIT
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null
  "${as_root[@]}" chmod +x $policy
fi
log=$(mktemp)
give_up() {
  tail -n 40 "$log" >&2
  echo "packages: could not install ${missing[*]}; the whole log is $log" >&2
  exit 1
}
apt update >"$log" 2>&1 || give_up
available=()
for package in "${missing[@]}"; do
  if [[ $(apt-cache policy "$package") == *"Candidate: "[!\(]* ]]; then
    available+=("$package")
  else
    echo "packages: this distribution has no $package; the tests that need it are skipped" >&2
  fi
done
[ ${#available[@]} -eq 0 ] || apt install --no-install-recommends "${available[@]}" >>"$log" 2>&1 || give_up
rm -f "$log"
