// Reads measurements, one JSON line each, from standard input and writes the tables of docs/benchmarks.md.
import { readFileSync } from 'node:fs';

const lines = readFileSync(0, 'utf8').split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line));
const of = side => new Map(lines.filter(line => line.side === side).map(line => [line.measurement, line]));
const flow = of('flow'), node = of('node');
const microseconds = nanoseconds => (nanoseconds / 1000).toPrecision(3).replace(/e\+?\d+$/, power => `×10^${power.match(/\d+/)[0]}`);
const time = nanoseconds => nanoseconds >= 1e5 ? `${Math.round(nanoseconds / 1000)}` : microseconds(nanoseconds);

console.log('\n| interpreter, for one step | steps per second | bytes allocated |\n|---|---:|---:|');
for (const [name, { nanoseconds, bytes }] of flow)
  if (name.startsWith('interpreter/'))
    console.log(`| ${name.slice(12)} | ${Math.round(1e9 / nanoseconds).toLocaleString('en')} | ${Math.round(bytes).toLocaleString('en')} |`);

console.log('\n| expression | input | Flow, µs | Node, µs | Node : Flow | bytes allocated by Flow |\n|---|---|---:|---:|---:|---:|');
const ratios = {};
for (const [name, { nanoseconds, bytes }] of flow) {
  if (!node.has(name))
    continue;
  const [language, expression, size] = name.split('/');
  const ratio = node.get(name).nanoseconds / nanoseconds;
  (ratios[language] ??= []).push(ratio);
  console.log(`| ${language} ${expression} | ${size} | ${time(nanoseconds)} | ${time(node.get(name).nanoseconds)} | ${ratio.toFixed(1)} | ${Math.round(bytes).toLocaleString('en')} |`);
}
for (const [language, all] of Object.entries(ratios))
  console.log(`\n${language}: Flow is ${Math.exp(all.reduce((sum, ratio) => sum + Math.log(ratio), 0) / all.length).toFixed(1)} times as fast (geometric mean of ${all.length}; slowest ${Math.min(...all).toFixed(1)}).`);
