using Flow.Hosting;
using Flow.StockWorker;

return await FlowProgram.RunAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddFlowDefaults("worker");
    builder.AddStockWorker();

    var app = builder.Build();
    app.MapFlowDefaults();
    await app.RunAsync();
});
