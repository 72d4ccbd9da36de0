#!/usr/bin/env python3
"""A Flow worker in Python: serves the handlers below from one work queue (docs/wire-format.md). Needs pika (Debian: python3-pika).
Usage: worker.py amqp://user:password@host:5672/virtual-host [queue]. It ends when the broker is lost; what it had comes again, so have it restarted."""
import concurrent.futures, datetime, json, os, signal, socket, sys, time, uuid
import pika, pika.exceptions

LANES, LEASE_AFTER, LEASE, STOP, BEAT = {"-critical": 6, "-low": 1, "": 3}, int(os.environ.get("LEASE_AFTER", 60)), 60, 30, 10  # items at once of each priority; seconds
HOLD = object()  # returned by a handler that passed the token on: whoever has it answers
class Failure(Exception): """Failure(error, cause) fails the attempt; Retry and Catch match the error."""

def count_words(data, item, alive):
    if not data.get("text"): raise Failure("Text.Empty", "There is no text to count.")
    return {"words": len(data["text"].split())}
def watch(data, item, alive):
    for second in range(data["seconds"]):
        time.sleep(1); alive({"seconds": second + 1})  # within the node's HeartbeatSeconds
    return {"watched": data["seconds"]}
def ask(data, item, alive):
    return print("to be answered:", item["token"], flush=True) or HOLD
HANDLERS = {"count-words": count_words, "watch": watch, "ask": ask}
def now(): return datetime.datetime.now(datetime.timezone.utc).isoformat()
def send(queue, message):  # ends once the broker has stored it; a queue that is not there raises
    channel.basic_publish("", queue, json.dumps(message).encode(), pika.BasicProperties(content_type="application/json", delivery_mode=2), mandatory=True)
def tell(kind, message):  # whoever listens, perhaps nobody
    envelope = {"messageId": str(uuid.uuid4()), "messageType": [f"urn:message:Flow.Contracts:{kind}"], "message": message}
    channel.basic_publish(f"Flow.Contracts:{kind}", "", json.dumps(envelope).encode(), pika.BasicProperties(content_type="application/vnd.masstransit+json"))

def take(channel, delivery, properties, body):
    try: item = json.loads(body)["message"]; ids = {name: item[name] for name in ("runId", "scopeId", "token")}
    except (ValueError, LookupError, TypeError): return channel.basic_reject(delivery.delivery_tag, requeue=False)  # to flow-work-<queue>_error
    known, answer = item.get("contractVersion", 1) == 1, ids | {"workerId": worker_id}
    if not known or item["handler"] not in HANDLERS:
        send("flow-node-failed", answer | {"error": "Flow.UnknownHandler" if known else "Flow.UnsupportedContract",
            "cause": f"{worker_id} knows contract version 1 and serves {', '.join(HANDLERS)}."})
        return channel.basic_ack(delivery.delivery_tag)
    flight = ids | {"node": item["node"], "attempt": item["attempt"], "startedAt": now()}
    tell("NodeStarted", answer | flight)
    alive = lambda progress=None: connection.add_callback_threadsafe(lambda: send("flow-node-heartbeat", ids | {"progress": progress}))
    work = pool.submit(HANDLERS[item["handler"]], item["input"], item, alive)
    work.add_done_callback(lambda _: connection.add_callback_threadsafe(lambda: None))  # wakes the main thread, which alone uses the connection
    items[delivery.delivery_tag] = [work, item, answer, flight, False, time.monotonic() + LEASE_AFTER]

def look_after(tag, work, item, answer, flight, leased, due):
    done, late = work.done(), time.monotonic() > due
    if done:
        answer |= {"startedAt": flight["startedAt"], "endedAt": now()}
        if fault := work.exception():
            error = fault.args if isinstance(fault, Failure) else (type(fault).__name__, str(fault))
            send("flow-node-failed", answer | dict(zip(("error", "cause"), error)))
        elif work.result() is not HOLD and not item.get("waitsForToken"): send("flow-node-succeeded", answer | {"output": work.result()})
        elif leased: send("flow-node-released", answer | {"isHeld": True})
        del items[tag]
    elif late:  # the broker waits only so long for an acknowledgement: from here on a lease counts
        send("flow-node-leased", answer | {"leaseSeconds": LEASE})
        items[tag][4:] = True, time.monotonic() + LEASE / 3
    if not leased and (done or late): channel.basic_ack(tag)  # only now: the broker has the answer, or the lease

def beat(stopping=False):
    tell("WorkerHeartbeat", {"workerId": worker_id, "host": socket.gethostname(), "version": "1", "queues": [queue], "handlers": [*HANDLERS],
        "concurrency": sum(LANES.values()), "inFlight": [flight for _, _, _, flight, _, _ in items.values()], "startedAt": born, "timestamp": now(), "intervalSeconds": BEAT, "stopping": stopping})

url, queue, born, items, stop, next_beat = *[*sys.argv[1:], "default"][:2], now(), {}, [], 0
worker_id = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
connection, pool, consumers = pika.BlockingConnection(pika.URLParameters(url)), concurrent.futures.ThreadPoolExecutor(sum(LANES.values())), []
while len(consumers) < len(LANES):
    channel, consumers = connection.channel(), []; channel.confirm_delivery()
    try:
        for lane, at_once in LANES.items():
            channel.basic_qos(prefetch_count=at_once); consumers.append(channel.basic_consume(f"flow-work-{queue}{lane}", take))
    except pika.exceptions.ChannelClosedByBroker: connection.sleep(1)  # Flow declares the lanes with the first item
for number in (signal.SIGTERM, signal.SIGINT): signal.signal(number, lambda *_: stop.append(time.monotonic() + STOP))
while not stop or items and time.monotonic() < stop[0]:
    connection.process_data_events(time_limit=1)
    for tag, entry in [*items.items()]: look_after(tag, *entry)
    if time.monotonic() > next_beat: next_beat = beat() or time.monotonic() + BEAT
    while stop and consumers: channel.basic_cancel(consumers.pop())  # nothing new; what was not begun goes back
for _, _, answer, _, leased, _ in items.values(): leased and send("flow-node-released", answer)
beat(stopping=True)
os._exit(0)  # and the broker takes back what is not acknowledged
