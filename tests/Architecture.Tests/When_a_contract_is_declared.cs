using System.Xml.Linq;
using Flow.Contracts;

namespace Flow.Architecture.Tests;

public sealed class When_a_contract_is_declared
{
    private static readonly Type[] Contracts = typeof(StartRun).Assembly.GetExportedTypes();

    private static XDocument Comments => XDocument.Load(Path.ChangeExtension(typeof(StartRun).Assembly.Location, ".xml"));

    [Fact]
    public void Should_be_a_sealed_record_that_never_changes() => ContractRules.Shape(Contracts).ShouldBeEmpty();

    [Fact]
    public void Should_be_documented() => ContractRules.Documentation(Contracts, Comments).ShouldBeEmpty();

    [Fact]
    public void Should_say_of_every_message_how_often_it_may_arrive()
    {
        var parts = Contracts.SelectMany(type => type.GetProperties()).SelectMany(property => property.PropertyType.GetGenericArguments().Append(property.PropertyType)).ToHashSet();
        var messages = Contracts.Where(type => type is { Namespace: "Flow.Contracts", IsSealed: true, IsAbstract: false, IsEnum: false } && !parts.Contains(type));
        var silent = from message in messages
                     let comment = Comments.Descendants("member").Single(member => member.Attribute("name")!.Value == $"T:{message.FullName}")
                     where !comment.Value.Contains("at least once", StringComparison.OrdinalIgnoreCase)
                     select message.Name;

        silent.ShouldBeEmpty();
    }

    [Fact]
    public void Should_catch_a_shape_that_is_not_a_contract()
    {
        ContractRules.Shape([typeof(Plain)]).ShouldContain(violation => violation.Contains("is not a record"));
        ContractRules.Shape([typeof(Open)]).ShouldHaveSingleItem().ShouldContain("neither sealed nor abstract");
        ContractRules.Shape([typeof(Changeable)]).ShouldHaveSingleItem().ShouldContain("Changeable.Name can be set");
        ContractRules.Shape([typeof(Good)]).ShouldBeEmpty();
    }

    [Fact]
    public void Should_catch_a_missing_comment()
    {
        var comments = XDocument.Parse($"<doc><members><member name='T:{typeof(Good).FullName!.Replace('+', '.')}'><summary>x</summary></member></members></doc>");

        ContractRules.Documentation([typeof(Good)], comments).ShouldHaveSingleItem().ShouldContain("Name has no doc comment");
        ContractRules.Documentation([typeof(Open)], comments).ShouldHaveSingleItem().ShouldContain("Open has no doc comment");
    }

    internal sealed class Plain
    {
        public string? Name { get; init; }
    }

    // Public, so that no analyzer asks to seal what is there to be caught.
    public record Open;

    internal sealed record Changeable
    {
        public string? Name { get; set; }
    }

    internal sealed record Good
    {
        public string? Name { get; init; }
    }
}
