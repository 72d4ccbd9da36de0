using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Flow.Contracts.Tests;

// capability 1, capability 2, capability 6
public sealed class When_a_message_is_serialized
{
    public static TheoryData<Type> All => Messages.AsTheory();

    [Fact]
    public void Should_have_a_recording_of_every_message_and_no_other()
    {
        var expected = Messages.All.SelectMany(message => new[] { $"{message.Name}.full.json", $"{message.Name}.minimal.json" });

        Directory.EnumerateFiles(Golden.Directory).Select(Path.GetFileName).ShouldBe(expected, ignoreOrder: true);
    }

    [Theory, MemberData(nameof(All))]
    public void Should_leave_a_full_message_unchanged(Type message)
    {
        var golden = Golden.Read(message, "full");

        var written = Golden.Serialize(Golden.Deserialize(message, golden));

        JsonNode.DeepEquals(written, golden).ShouldBeTrue($"written: {written}");
    }

    [Theory, MemberData(nameof(All))]
    public void Should_record_every_property_in_the_full_message(Type message)
    {
        var names = message.GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));

        Golden.Read(message, "full").Select(property => property.Key).ShouldBe(names, ignoreOrder: true);
    }

    [Theory, MemberData(nameof(All))]
    public void Should_need_nothing_but_the_required_properties(Type message)
    {
        var required = message.GetProperties().Where(IsRequired).Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));

        Golden.Read(message, "minimal").Select(property => property.Key).ShouldBe(required, ignoreOrder: true);
    }

    [Theory, MemberData(nameof(All))]
    public void Should_keep_a_minimal_message_and_add_only_defaults(Type message)
    {
        var golden = Golden.Read(message, "minimal");

        var written = Golden.Serialize(Golden.Deserialize(message, golden));
        var writtenAgain = Golden.Serialize(Golden.Deserialize(message, written));

        JsonNode.DeepEquals(writtenAgain, written).ShouldBeTrue($"written first: {written}\nwritten again: {writtenAgain}");
        foreach (var (name, value) in golden)
            JsonNode.DeepEquals(written[name], value).ShouldBeTrue($"'{name}' was {value} and is {written[name]}");
    }

    [Theory, MemberData(nameof(All))]
    public void Should_ignore_a_field_it_does_not_know(Type message)
    {
        var golden = Golden.Read(message, "full");
        var extended = golden.DeepClone().AsObject();
        extended["addedInALaterVersion"] = new JsonObject { ["deep"] = new JsonArray(1, "two", null) };

        var written = Golden.Serialize(Golden.Deserialize(message, extended));

        JsonNode.DeepEquals(written, golden).ShouldBeTrue($"written: {written}");
    }

    [Theory, MemberData(nameof(All))]
    public void Should_refuse_a_message_without_a_required_property(Type message)
    {
        foreach (var property in message.GetProperties().Where(property => property.IsDefined(typeof(RequiredMemberAttribute))))
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            var golden = Golden.Read(message, "minimal");
            golden.Remove(name);

            Should.Throw<JsonException>(() => Golden.Deserialize(message, golden)).Message.ShouldContain(name);
        }
    }

    private static bool IsRequired(PropertyInfo property) =>
        property.IsDefined(typeof(RequiredMemberAttribute))
        || property.DeclaringType!.GetConstructors().SelectMany(constructor => constructor.GetParameters())
            .Any(parameter => parameter.Name == property.Name && !parameter.HasDefaultValue);
}
