#!/usr/bin/env node
// A Flow worker in JavaScript: serves the handlers below from one work queue (docs/wire-format.md). Needs Node.js 20 and amqplib.
// Usage: worker.mjs amqp://user:password@host:5672/virtual-host [queue]. It ends when the broker is lost; what it had comes again, so have it restarted.
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import amqp from 'amqplib';

const LANES = { '-critical': 6, '-low': 1, '': 3 }, LEASE_AFTER = Number(process.env.LEASE_AFTER ?? 60), LEASE = 60, STOP = 30, BEAT = 10; // items at once of each priority; seconds
const HOLD = Symbol('a handler that passed the token on returns it: whoever has it answers');
const failure = (error, cause) => Object.assign(new Error(cause), { name: error }); // throw it: Retry and Catch match the error

const handlers = {
  'count-words': ({ text }) => {
    if (!text) throw failure('Text.Empty', 'There is no text to count.');
    return { words: text.trim().split(/\s+/).length };
  },
  watch: async ({ seconds }, token, alive) => {
    for (let second = 1; second <= seconds; second++) await pause(1000).then(() => alive({ seconds: second })); // within the node's HeartbeatSeconds
    return { watched: seconds };
  },
  ask: (input, token) => console.log('to be answered:', token) ?? HOLD,
};

const [, , url, queue = 'default'] = process.argv;
const workerId = `${hostname()}-${process.pid}-${crypto.randomUUID().slice(0, 8)}`, born = new Date(), items = new Set(), consumers = [];
const connection = await amqp.connect(url);
connection.on('error', console.error).on('close', () => process.exit(1));
const channel = await connection.createConfirmChannel();
channel.on('return', ({ fields }) => { console.error(`There is no queue ${fields.routingKey}: is Flow's orchestrator there?`); process.exit(1); });
const publish = (exchange, key, message, options) => new Promise((stored, refused) => // ends once the broker has stored it
  channel.publish(exchange, key, Buffer.from(JSON.stringify(message)), options, error => error ? refused(error) : stored()));
const send = (to, message) => publish('', to, message, { persistent: true, mandatory: true, contentType: 'application/json' });
const tell = (kind, message) => publish(`Flow.Contracts:${kind}`, '', // whoever listens, perhaps nobody
  { messageId: crypto.randomUUID(), messageType: [`urn:message:Flow.Contracts:${kind}`], message }, { contentType: 'application/vnd.masstransit+json' });

async function serve(delivery) {
  let item;
  try { item = JSON.parse(delivery.content).message; item.token.trim(); } catch { return channel.nack(delivery, false, false); } // to flow-work-<queue>_error
  const { input, handler, waitsForToken, contractVersion = 1, runId, scopeId, token, node, attempt } = item;
  const answer = { runId, scopeId, token, workerId }, flight = { runId, scopeId, token, node, attempt, startedAt: new Date() }, work = { answer, flight };
  const acknowledge = () => work.acknowledged ||= channel.ack(delivery) ?? true; // only once the broker has the answer, or a lease
  if (contractVersion !== 1 || !Object.hasOwn(handlers, handler)) {
    const error = contractVersion === 1 ? 'Flow.UnknownHandler' : 'Flow.UnsupportedContract';
    await send('flow-node-failed', { ...answer, error, cause: `${workerId} knows contract version 1 and serves ${Object.keys(handlers)}.` });
    return acknowledge();
  }
  const lease = async () => { // the broker waits only so long for an acknowledgement: from here on a lease counts
    work.timer = setTimeout(lease, LEASE * 1000 / 3);
    work.leased = true;
    await send('flow-node-leased', { ...answer, leaseSeconds: LEASE });
    acknowledge();
  };
  work.timer = setTimeout(lease, LEASE_AFTER * 1000);
  items.add(work);
  await tell('NodeStarted', { ...flight, workerId });
  const alive = progress => send('flow-node-heartbeat', { ...answer, progress });
  const [to, result] = await (async () => handlers[handler](input, token, alive))().then(
    output => output === HOLD || waitsForToken ? [work.leased && 'flow-node-released', { isHeld: true }] : ['flow-node-succeeded', { output }],
    fault => ['flow-node-failed', { error: fault.name, cause: fault.message }]);
  clearTimeout(work.timer);
  if (to) await send(to, { ...answer, ...result, startedAt: flight.startedAt, endedAt: new Date() });
  acknowledge();
  items.delete(work);
}
const beat = stopping => tell('WorkerHeartbeat', { workerId, host: hostname(), version: '1', queues: [queue], handlers: Object.keys(handlers), concurrency: Object.values(LANES).reduce((sum, atOnce) => sum + atOnce),
  inFlight: [...items].map(work => work.flight), startedAt: born, timestamp: new Date(), intervalSeconds: BEAT, stopping });
for (const [lane, atOnce] of Object.entries(LANES)) {
  const name = `flow-work-${queue}${lane}`, isThere = async () => (await connection.createChannel()).on('error', () => {}).checkQueue(name);
  while (!await isThere().catch(() => pause(1000, false))); // Flow declares the lanes with the first item
  await channel.prefetch(atOnce); // of the consumers to come
  consumers.push((await channel.consume(name, serve)).consumerTag);
}
const stop = new Promise(asked => process.once('SIGTERM', asked).once('SIGINT', asked));
while (!await Promise.race([stop, beat(false).then(() => pause(BEAT * 1000))]));
for (const consumer of consumers) await channel.cancel(consumer);
for (let second = 0; items.size > 0 && second < STOP; second++) await pause(1000);
for (const { leased, answer } of items) if (leased) await send('flow-node-released', answer);
await beat(true);
process.exit(0); // and the broker takes back what is not acknowledged
