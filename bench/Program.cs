using BenchmarkDotNet.Running;
using Flow.Bench;
using Flow.Bench.Services;

// Measures the language in this process, or the services in processes of their own; one JSON line each on standard output. See bench/run.sh.
switch (args)
{
    case ["services", .. var workloads]:
        await Workloads.RunAsync(workloads);
        break;
    case ["transitions", var rabbitMq, var postgres]:
        await new Transitions(new Uri(rabbitMq), postgres).RunAsync();
        break;
    case ["queue-bloat", var server, var minutes]:
        await new QueueBloat(server, int.Parse(minutes, System.Globalization.CultureInfo.InvariantCulture)).RunAsync();
        break;
    case ["sdk", .. var served]:
        await WorkerOverhead.RunAsync(served);
        break;
    case ["floor", var end]:
        await Floor.ServeAsync(end);
        break;
    default:
        Type[] classes = [typeof(InterpreterSteps), typeof(Expressions)];
        foreach (var measured in classes.Where(c => args.Length == 0 || args.Contains(c.Name)))
            Measurements.Write(BenchmarkRunner.Run(measured, new MeasuringConfig()));
        break;
}
