using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Flow.Bench;

// Measures everything, or the classes named; one JSON line each on standard output. The inputs of the expressions: bench/run.sh.
Type[] classes = [typeof(InterpreterSteps), typeof(Expressions)];
foreach (var measured in classes.Where(c => args.Length == 0 || args.Contains(c.Name)))
    Measurements.Write(BenchmarkRunner.Run(measured, new MeasuringConfig()));
