using Flow.Hosting;
using Flow.Orchestrator;

return await FlowProgram.RunAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddFlowDefaults("orchestrator");
    builder.AddOrchestrator();

    var app = builder.Build();
    app.MapFlowDefaults();
    app.MapOrchestrator();
    await app.RunAsync();
});
