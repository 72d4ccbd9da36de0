using Flow.StockWorker;

var builder = WebApplication.CreateBuilder(args);
builder.AddStockWorker();

var app = builder.Build();
app.Run();
