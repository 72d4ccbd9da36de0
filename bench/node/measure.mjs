// Measures the expressions with the reference implementations on Node; one JSON line each.
import { readFileSync } from 'node:fs';
import jsonata from 'jsonata';
import { JSONPath } from 'jsonpath-plus';

const [expressions, folder] = process.argv.slice(2);
const warmUpMs = 400, batchMs = 40, batches = 7;

const evaluators = {
  jsonata: (text, input) => {
    const expression = jsonata(text);
    return () => expression.evaluate(input);
  },
  jsonpath: (path, json) => () => JSONPath({ path, json, wrap: true, eval: 'safe' }),
};

for (const { name, language, expression } of JSON.parse(readFileSync(expressions))) {
  for (const size of ['small', 'large']) {
    const evaluate = evaluators[language](expression, JSON.parse(readFileSync(`${folder}/${size}.json`)));
    await run(evaluate, warmUpMs);
    const times = [];
    for (let batch = 0; batch < batches; batch++)
      times.push(await run(evaluate, batchMs));
    times.sort((a, b) => a - b);
    console.log(JSON.stringify({ side: 'node', measurement: `${language}/${name}/${size}`, nanoseconds: Math.round(times[0]) }));
  }
}

/** Evaluates for so long, at least once; nanoseconds for one evaluation. */
async function run(evaluate, milliseconds) {
  const start = performance.now();
  let count = 0, elapsed = 0;
  for (let chunk = 1; elapsed < milliseconds; chunk *= 2) {
    for (let i = 0; i < chunk; i++)
      await evaluate();
    count += chunk;
    elapsed = performance.now() - start;
  }
  return elapsed * 1e6 / count;
}
