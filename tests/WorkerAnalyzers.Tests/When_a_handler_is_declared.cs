namespace Flow.WorkerAnalyzers.Tests;

public sealed class When_a_handler_is_declared
{
    [Fact]
    public async Task FLOW001_should_name_both_classes_of_one_name()
    {
        var found = await Compiled.Of(Class("[NodeHandler(\"charge\")]", "A") + Class("[NodeHandler(\"refund\")]", "B") + Class("[NodeHandler(\"charge\")]", "C")).Diagnostics();

        found.ShouldBe(["FLOW001 Handler 'charge' is both A and C: give one of them another name"]);
    }

    [Fact]
    public async Task FLOW001_should_let_names_be_that_differ() =>
        (await Compiled.Of(Class("[NodeHandler(\"charge\")]", "A") + Class("[NodeHandler(\"Charge\")]", "B") + Class("", "C")).Diagnostics()).ShouldBeEmpty();

    [Theory]
    [InlineData("class Data { public Action? Callback { get; set; } }", "Data.Callback is a delegate")]
    [InlineData("record Data(Stream Content);", "Data.Content is a Stream")]
    [InlineData("record Data(IReadOnlyList<FileStream> Files);", "Data.Files is a FileStream")]
    [InlineData("record Data(CancellationToken Token);", "Data.Token is a CancellationToken")]
    [InlineData("record Data(nint Handle);", "Data.Handle is a nint")]
    [InlineData("record Data(Task<int> Later);", "Data.Later is a Task<int>")]
    [InlineData("record Data(Inner[] Inner); record Inner(Type Type);", "Data.Inner.Type is a Type")]
    [InlineData("record Data(int[,] Matrix);", "Data.Matrix is an array of several dimensions")]
    [InlineData("unsafe class Data { public int* At { get; set; } }", "Data.At is a pointer")]
    [InlineData("abstract class Data { }", "Data is abstract and says no [JsonDerivedType]")]
    [InlineData("class Data { private Data() { } }", "Data has no public constructor")]
    [InlineData("class Data { public Data(int a) { } public Data(string b) { } }", "Data has several constructors and no [JsonConstructor]")]
    public async Task FLOW002_should_name_what_an_input_cannot_be_read_from(string data, string fault) =>
        (await Compiled.Of($"internal {data.Replace("; record", "; internal record", StringComparison.Ordinal)} {Class("", "A", "Data", "int")}").Diagnostics())
            .ShouldBe([$"FLOW002 The input of A does not travel as JSON, as {fault}: use a record of plain data, or a converter"]);

    [Fact]
    public async Task FLOW002_should_name_what_an_output_cannot_be_written_to() =>
        (await Compiled.Of($"internal record Data(Func<int> Later); {Class("", "A", "int", "IReadOnlyList<Data>")}").Diagnostics())
            .ShouldBe(["FLOW002 The output of A does not travel as JSON, as IReadOnlyList<Data>.Later is a delegate: use a record of plain data, or a converter"]);

    [Theory]
    [InlineData("record Data(int Id, string? Name, IReadOnlyList<Data> Children, IReadOnlyDictionary<string, JsonElement> Rest);")]
    [InlineData("record struct Data(DateTimeOffset At, Guid Id, byte[] Bytes, Uri? Link);")]
    [InlineData("class Data { [JsonIgnore] public Stream? Content { get; set; } public int Id { get; set; } }")]
    [InlineData("class Data { public Stream Content => Stream.Null; public static Action? Hook { get; set; } }")]
    [InlineData("class Data { [JsonConstructor] private Data() { } }")]
    [InlineData("[JsonDerivedType(typeof(Small), \"small\")] abstract class Data { } internal sealed class Small : Data { }")]
    public async Task FLOW002_should_let_plain_data_be(string data)
    {
        var source = data.StartsWith('[') ? data.Replace("abstract class", "internal abstract class", StringComparison.Ordinal) : $"internal {data}";

        (await Compiled.Of($"{source} {Class("", "A", "Data", "int")}").Diagnostics()).ShouldBeEmpty();
    }

    [Fact]
    public async Task FLOW002_should_ask_less_of_an_output() =>
        (await Compiled.Of($"internal abstract class Data {{ }} {Class("", "A", "int", "Data")}").Diagnostics()).ShouldBeEmpty();

    [Theory]
    [InlineData("internal static class Outer { {0} }", "A cannot be seen from the rest of the assembly; make it internal", "private")]
    [InlineData("{0}", "it is abstract; put the attribute on the classes that are to be called", "internal abstract")]
    [InlineData("{0}", "it can be seen in its file only; make it internal", "file")]
    public async Task FLOW005_should_say_why_a_class_is_not_added(string around, string fault, string modifiers)
    {
        var source = around.Replace("{0}", Class("[NodeHandler(\"a\")]", "A", modifiers: modifiers), StringComparison.Ordinal);
        var compiled = Compiled.Of(source);

        (await compiled.Diagnostics()).ShouldHaveSingleItem().ShouldEndWith($": {fault}");
        compiled.Generated.ShouldBeNull();
    }

    [Theory]
    [InlineData("[NodeHandler(\"a\")] internal sealed class A;", "FLOW005 AddHandlers() does not add A: it implements INodeHandler<TInput, TOutput> 0 times; implement it, or IBatchNodeHandler<TInput, TOutput>, once")]
    [InlineData(
        "[NodeHandler(\"a\")] internal sealed class A<T> : INodeHandler<T, T> { public Task<Transition<T>> HandleAsync(T input, NodeContext context) => throw new NotSupportedException(); }",
        "FLOW005 AddHandlers() does not add A<T>: it is generic; add it yourself, with AddHandler<THandler, TInput, TOutput>, for each of the types it is to serve")]
    public async Task FLOW005_should_know_what_no_handler_is(string source, string message) => (await Compiled.Of(source).Diagnostics()).ShouldBe([message]);

    private static string Class(string attribute, string name, string input = "int", string output = "int", string modifiers = "internal") =>
        $$"""
        {{attribute}}
        {{modifiers}} class {{name}} : INodeHandler<{{input}}, {{output}}>
        {
            public Task<Transition<{{output}}>> HandleAsync({{input}} input, NodeContext context) => throw new NotSupportedException();
        }

        """;
}
