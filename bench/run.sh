#!/usr/bin/env bash
# Measures the interpreter, and expressions against the reference implementations on Node: one JSON line each, then the tables.
#   bench/run.sh           everything, in less than three minutes
# Needs the .NET SDK and Node. The lines are kept in artifacts/bench/measurements.jsonl.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

inputs=$PWD/artifacts/bench
export FLOW_BENCH_INPUTS=$inputs
mkdir -p "$inputs"

dotnet build bench -c Release -v q --nologo -clp:NoSummary >&2
npm ci --prefix bench/node --no-audit --no-fund --loglevel error >&2
node bench/node/inputs.mjs "$inputs"

{
  dotnet bench/bin/Release/net10.0/Flow.Bench.dll
  node bench/node/measure.mjs bench/expressions.json "$inputs"
} | tee "$inputs/measurements.jsonl"
node bench/node/table.mjs < "$inputs/measurements.jsonl"
