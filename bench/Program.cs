using BenchmarkDotNet.Running;
using Flow.Bench;
using Flow.Bench.Services;

// Measures the language in this process, or the services in processes of their own; one JSON line each on standard output. See bench/run.sh.
await (args switch
{
    ["services", .. var workloads] => Workloads.RunAsync(workloads),
    ["transitions", var rabbitMq, var postgres] => new Transitions(new Uri(rabbitMq), postgres).RunAsync(),
    ["queue-bloat", var server, var minutes] => QueueBloat.RunAsync(server, minutes),
    ["transports", .. var names] => TransportRatios.RunAsync(names),
    ["sdk", .. var served] => WorkerOverhead.RunAsync(served),
    ["floor", var end] => Floor.ServeAsync(end),
    _ => Task.Run(MeasureLanguage),
});

void MeasureLanguage()
{
    Type[] classes = [typeof(InterpreterSteps), typeof(Expressions)];
    foreach (var measured in classes.Where(c => args.Length == 0 || args.Contains(c.Name)))
        Measurements.Write(BenchmarkRunner.Run(measured, new MeasuringConfig()));
}
