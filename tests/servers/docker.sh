#!/usr/bin/env bash
# The servers as containers, where a Docker engine answers.
#   docker.sh start PROJECT   starts them, waits until they are healthy, prints the ports of PostgreSQL, AMQP, RabbitMQ's management and Redis
#   docker.sh stop PROJECT    removes them with what they held
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
command=${1:?start or stop} project=${2:?name of the compose project}
compose() { docker compose --project-name "$project" --file "$here/docker-compose.yml" "$@"; }
port() { compose port "$1" "$2" | sed 's/.*://'; }

case $command in
  start)
    compose up --detach --wait --wait-timeout 180 >&2
    echo "$(port postgres 5432) $(port rabbitmq 5672) $(port rabbitmq 15672) $(port redis 6379)"
    ;;
  stop) compose down --volumes --timeout 5 >&2 ;;
  *) echo "docker.sh: '$command' is not start or stop" >&2; exit 2 ;;
esac
