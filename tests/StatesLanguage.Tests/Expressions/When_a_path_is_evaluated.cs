using System.Text.Json;
using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.Tests.Expressions;

// capability 16
public sealed class When_a_path_is_evaluated
{
    private const string Store = """
        {"shop":{"books":[{"t":"A","price":8,"tags":["x"]},{"t":"B","price":12.5,"tags":["x","y"],"isbn":"1-2"},{"t":"C","price":9,"tags":[]}],
        "bike":{"price":20,"colour":"red"}},"limit":10,"empty":null,"odd key":{"a.b":1,"it's":2},"größe":7,"a-b":5,"n":[0,1,2,3,4],"wanted":"B"}
        """;

    [Theory]
    [InlineData("$.limit", "10")]
    [InlineData("$.empty", "null")]
    [InlineData("$['limit']", "10")]
    [InlineData("$[\"limit\"]", "10")]
    [InlineData("$.['limit']", "10")]
    [InlineData("$.größe", "7")]
    [InlineData("$.a-b", "5")]
    [InlineData("$['odd key']['a.b']", "1")]
    [InlineData(@"$['odd key']['it\'s']", "2")]
    [InlineData(@"$['\u0061-b']", "5")]
    [InlineData("$.shop.books[1].t", "\"B\"")]
    [InlineData("$.shop.books[-1].t", "\"C\"")]
    [InlineData("$.n[(@.length-2)]", "3")]
    [InlineData("$[ 'shop' ][ 'bike' ].colour", "\"red\"")]
    [InlineData("$.shop.bike['colour','none','price']", """{"colour":"red","price":20}""")]
    [InlineData("$$.Execution.Name", "\"run-1\"")]
    [InlineData("$$.Map.Item.Index", "4")]
    [InlineData("$count", "3")]
    [InlineData("$names[1]", "\"bob\"")]
    [InlineData("$.none", "States.Runtime")]
    [InlineData("$.shop.none.price", "States.Runtime")]
    [InlineData("$.limit.none", "States.Runtime")]
    [InlineData("$.n[5]", "States.Runtime")]
    [InlineData("$.n[-6]", "States.Runtime")]
    [InlineData("$.shop[0]", "States.Runtime")]
    [InlineData("$missing", "States.Runtime")]
    [InlineData("$missing[*]", "States.Runtime")]
    [InlineData("$$.Task.Token", "States.Runtime")]
    public void Should_find_one_place_or_fail(string path, string outcome) => Given.Outcome(path, Store).ShouldBe(outcome);

    [Theory]
    [InlineData("$.n[*]", "[0,1,2,3,4]")]
    [InlineData("$.n[1:3]", "[1,2]")]
    [InlineData("$.n[:2]", "[0,1]")]
    [InlineData("$.n[3:]", "[3,4]")]
    [InlineData("$.n[-2:]", "[3,4]")]
    [InlineData("$.n[:-3]", "[0,1]")]
    [InlineData("$.n[::2]", "[0,2,4]")]
    [InlineData("$.n[4:0:-2]", "[4,2]")]
    [InlineData("$.n[::-1]", "[4,3,2,1,0]")]
    [InlineData("$.n[7:]", "[]")]
    [InlineData("$.n[-9:2]", "[0,1]")]
    [InlineData("$.n[0,-1,9]", "[0,4]")]
    [InlineData("$.n[0:1]", "[0]")]
    [InlineData("$.shop.bike.*", """[20,"red"]""")]
    [InlineData("$.shop.books[*].t", """["A","B","C"]""")]
    [InlineData("$.shop.books[*].isbn", """["1-2"]""")]
    [InlineData("$.shop.books[*]['t','isbn']", """["A","B","1-2","C"]""")]
    [InlineData("$.shop.books[1:].none", "[]")]
    [InlineData("$..price", "[8,12.5,9,20]")]
    [InlineData("$..books[0].t", "[\"A\"]")]
    [InlineData("$..tags[0]", """["x","x"]""")]
    [InlineData("$..['t']", """["A","B","C"]""")]
    [InlineData("$.shop.bike..*", """[20,"red"]""")]
    [InlineData("$..none", "[]")]
    [InlineData("$.limit[*]", "[]")]
    [InlineData("$.n[9][*]", "[]")]
    [InlineData("$.none[*]", "[]")]
    [InlineData("$.limit[1:2]", "[]")]
    [InlineData("$.limit[?(@)]", "[]")]
    public void Should_collect_many_places_into_an_array(string path, string outcome) => Given.Outcome(path, Store).ShouldBe(outcome);

    [Theory]
    [InlineData("@.isbn", "B")]
    [InlineData("!@.isbn", "AC")]
    [InlineData("!(@.isbn || @.price < 9)", "C")]
    [InlineData("@.price > 8 && @.price < 10", "C")]
    [InlineData("@.price>8&&@.price<=12.5", "BC")]
    [InlineData("@.price == 8.0 || @.t == 'C'", "AC")]
    [InlineData("@.t != \"B\"", "AC")]
    [InlineData("@.isbn != '1-2'", "AC")]
    [InlineData("@.t == B", "B")]
    [InlineData("@.t == $.wanted", "B")]
    [InlineData("@.price >= $.limit", "B")]
    [InlineData("@.t == $names", "")]
    [InlineData("'A' == @.t", "A")]
    [InlineData("@.t > 'A'", "BC")]
    [InlineData("@.t > 1", "")]
    [InlineData("@.t in ['A', 'C']", "AC")]
    [InlineData("@.t nin ['A', 'C']", "B")]
    [InlineData("@.tags contains 'y'", "B")]
    [InlineData("@.isbn contains '-'", "B")]
    [InlineData("@.tags anyof ['x']", "AB")]
    [InlineData("@.tags noneof ['y']", "AC")]
    [InlineData("@.tags subsetof ['x']", "AC")]
    [InlineData("@.tags size 2", "B")]
    [InlineData("@.tags empty true", "C")]
    [InlineData("@.t =~ /[ab]/i", "AB")]
    [InlineData("@.t =~ /[ab]/", "")]
    [InlineData(@"@.isbn =~ /\d-\d/", "B")]
    [InlineData("@.tags[?(@ == 'y')]", "B")]
    [InlineData("@.none == @.nothing", "")]
    [InlineData("@.isbn == null", "")]
    public void Should_filter(string condition, string titles)
    {
        var found = Given.Path($"$.shop.books[?({condition})].t").Evaluate(Given.Evaluation(Store));

        string.Concat(found.EnumerateArray().Select(t => t.GetString())).ShouldBe(titles);
    }

    [Fact]
    public void Should_filter_an_object_as_a_whole_and_everything_below_two_dots()
    {
        Given.Outcome("$.shop.bike[?(@.price > 10)].colour", Store).ShouldBe("[\"red\"]");
        Given.Outcome("$..[?(@.price > 10)].price", Store).ShouldBe("[12.5,20]");
    }

    [Fact]
    public void Should_not_copy_what_it_finds()
    {
        var evaluation = Given.Evaluation("""{"a":{"b":[1, 2]}}""");

        Given.Path("$.a.b").Evaluate(evaluation).GetRawText().ShouldBe("[1, 2]");
        Given.Path("$.a.b[*]").Evaluate(evaluation).GetRawText().ShouldBe("[1, 2]");
    }

    [Fact]
    public void Should_say_which_path_found_nothing()
    {
        var path = Given.Path("$.a.b[0]");
        var evaluation = Given.Evaluation("""{"a": 1}""");

        Should.Throw<EvaluationException>(() => path.Evaluate(evaluation)).Cause.ShouldBe("Invalid path '$.a.b[0]' : No results for path: $['a']['b'][0]");
        Should.Throw<EvaluationException>(() => path.Evaluate(evaluation, "CausePath")).Cause
            .ShouldBe("""The JSONPath '$.a.b[0]' specified for the field 'CausePath' could not be found in the input '{"a":1}'""");
        Should.Throw<EvaluationException>(() => Given.Path("$total").Evaluate(evaluation)).Cause.ShouldBe("The variable '$total' has no value.");
    }

    [Fact]
    public void Should_ask_for_the_context_object_once_and_only_when_needed()
    {
        var asked = 0;
        var evaluation = new Evaluation(Given.Json("{}"), () => Given.Json($"[{++asked}]"), default, new Randomness(Given.Seed));

        Given.Path("$").Evaluate(evaluation);
        asked.ShouldBe(0);
        Given.Path("$$[0]").Evaluate(evaluation).GetInt32().ShouldBe(1);
        Given.Path("$$[0]").Evaluate(evaluation.WithInput(Given.Json("1"))).GetInt32().ShouldBe(1);
    }

    [Fact]
    public void Should_take_time_in_proportion_to_the_array()
    {
        var array = JsonSerializer.Serialize(Enumerable.Range(0, 200_000).Select(i => new { i }));

        Given.Path("$[1:].i").Evaluate(Given.Evaluation(array)).GetArrayLength().ShouldBe(199_999);
        Given.Path("$[::-1]").Evaluate(Given.Evaluation(array)).GetArrayLength().ShouldBe(200_000);
    }

    [Fact]
    public void Should_give_up_on_a_path_that_looks_at_too_much()
    {
        var deep = string.Concat(Enumerable.Repeat("[1,", 50)) + "1" + new string(']', 50);

        Given.Outcome("$..*..*..*..*..*", deep).ShouldBe("States.Runtime");
    }
}
