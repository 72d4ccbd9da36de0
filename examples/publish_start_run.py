#!/usr/bin/env python3
"""Starts a run of a Flow workflow by one plain JSON message on RabbitMQ, and prints the run's id.
Needs pika (Debian: python3-pika). Sent again with the same key, the message starts no second run.
Exit codes: 0 the broker has stored the message, 1 it has not, 2 wrong usage."""
import argparse
import json
import sys
import uuid

import pika.exceptions

QUEUE = "flow-start-run"


def json_value(text):
    try:
        return json.loads(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"'{text}' is not JSON: {error}")


def publish(url, message):
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.confirm_delivery()  # from here on publishing waits for the broker's word
    properties = pika.BasicProperties(content_type="application/json", delivery_mode=2, message_id=str(uuid.uuid4()))
    # To the default exchange: the routing key is the queue's name. Mandatory: an unknown queue is an error, not silence.
    channel.basic_publish("", QUEUE, json.dumps(message).encode(), properties, mandatory=True)
    connection.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="amqp://user:password@host:5672/virtual-host")
    parser.add_argument("workflow", help="name of a registered workflow")
    parser.add_argument("input", nargs="?", default="{}", type=json_value, help="input of the run, as JSON (default: {})")
    parser.add_argument("key", nargs="?", help="idempotency key: the same key and workflow are one run")
    arguments = parser.parse_args()
    if not arguments.url.startswith(("amqp://", "amqps://")):
        parser.error(f"'{arguments.url}' is not amqp://user:password@host:5672/virtual-host")

    message = {"workflow": arguments.workflow, "input": arguments.input}
    if arguments.key:
        message["idempotencyKey"] = arguments.key  # the run's id is derived from it
    else:
        message["runId"] = str(uuid.uuid4())
    try:
        publish(arguments.url, message)
    except pika.exceptions.UnroutableError:
        sys.exit(f"There is no queue '{QUEUE}' at this broker: start Flow's orchestrator first, it declares the queue.")
    except pika.exceptions.NackError:
        sys.exit("The broker refused the message (the queue is full, or its disk is): nothing was started.")
    except (pika.exceptions.AMQPError, OSError, ValueError) as error:
        sys.exit(f"Could not publish to the broker: {error!r}")
    print(message.get("runId", f"started under the key {arguments.key}"))


if __name__ == "__main__":
    main()
