return await Flow.Cli.CommandLine.RunAsync(args);
