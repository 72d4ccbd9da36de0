using Flow.Hosting;
using Flow.Monitor;

return await FlowProgram.RunAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddFlowDefaults("monitor");
    builder.AddMonitor();

    var app = builder.Build();
    app.MapFlowDefaults();
    app.MapMonitor();
    await app.RunAsync();
});
