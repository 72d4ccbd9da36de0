// Reads the measurements of the services, one JSON line each, from standard input and writes the table of docs/benchmarks.md.
import { readFileSync } from 'node:fs';

const lines = readFileSync(0, 'utf8').split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line));
const first = (line, ...names) => names.map(name => line[name]).find(value => value !== undefined) ?? '';
const processes = values => Object.entries(values ?? {}).map(([name, value]) => `${name} ${value}`).join(', ');

console.log('\n| workload | n | per second | p50, ms | p99, ms | CPU-ms each | by process | resident, MB |\n|---|---:|---:|---:|---:|---:|---|---:|');
for (const line of lines.filter(line => line.rss_mb !== undefined))
  console.log(`| ${line.workload} | ${line.n.toLocaleString('en')} | ${first(line, 'runs_per_s', 'items_per_s', 'timers_per_s')} | ${first(line, 'p50_ms')} | ${first(line, 'p99_ms')} `
    + `| ${first(line, 'cpu_ms_per_run', 'cpu_ms_per_item', 'cpu_ms_per_timer')} | ${processes(line.cpu_ms_by_process)} | ${line.rss_mb} |`);

for (const line of lines.filter(line => line.workload === 'idle'))
  console.log(`\nIdle: ${line.cpu_ms_per_s} CPU-ms (${processes(line.cpu_ms_by_process)}) and ${line.transactions_per_s} transactions a second.`);
for (const line of lines.filter(line => line.workload === 'timers'))
  console.log(`\nTimers: ${line.n.toLocaleString('en')} waits beside ${line.pending.toLocaleString('en')} pending timers went on ${line.late_p50_ms} ms (p50) and ${line.late_p99_ms} ms (p99) late.`);

const named = new Map(lines.map(line => [line.workload, line]));
const ratio = (text, over, under) => over && under && console.log(`\n${text}: ${(over / under).toFixed(2)}`);
const growth = lines.find(line => line.workload.startsWith('growth'));
ratio('CPU of a chain, by that of the floor', named.get('chain')?.cpu_ms_per_run, named.get('floor')?.cpu_ms_per_run);
ratio('CPU of an item of 10,000, by that of one of 100', named.get('fan-out 10000')?.cpu_ms_per_item, named.get('fan-out 100')?.cpu_ms_per_item);
ratio('CPU of a chain beside stored runs, by that without', growth?.cpu_ms_per_run, named.get('chain')?.cpu_ms_per_run);
