// Reads the measurements of the transports, one JSON line each, from standard input and writes the table of docs/transports.md.
import { readFileSync } from 'node:fs';

const lines = readFileSync(0, 'utf8').split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line));
const columns = { send: 'send', publish: 'publish and consume', request: 'request and response', job: 'job', chain: 'chain of five' };
const ratios = line => line.transport === 'RabbitMq' ? '' : ` (${line.ratio}; ${line.least} to ${line.most})`;
const cell = line => line ? line.per_s.toLocaleString('en') + ratios(line) : 'not measured';

console.log(`\n| transport | ${Object.values(columns).join(' | ')} |\n|---|${'---:|'.repeat(Object.keys(columns).length)}`);
for (const transport of new Set(lines.map(line => line.transport)))
  console.log(`| ${transport} | ${Object.keys(columns).map(name => cell(lines.find(line => line.transport === transport && line.workload === `transport ${name}`))).join(' | ')} |`);

for (const line of lines.filter(line => line.calls_per_node))
  console.log(`\n${line.transport}, ${columns[line.workload.split(' ')[1]]}: ${line.calls_per_node} calls of AWS a node`);
