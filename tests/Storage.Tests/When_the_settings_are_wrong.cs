using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Flow.Storage.Tests;

// capability 157
public sealed class When_the_settings_are_wrong
{
    [Fact]
    public void Should_refuse_an_unknown_kind_and_name_the_right_ones() =>
        Should.Throw<InvalidOperationException>(() => Storage(("Kind", "Ftp"))).Message.ShouldBe("Flow:Storage:Kind is 'Ftp'. Use one of None, Directory, S3.");

    [Theory]
    [InlineData("Kind", "Directory", "Flow:Storage:Directory is missing")]
    [InlineData("ServiceUrl", "nowhere", "Flow:Storage:ServiceUrl is 'nowhere'")]
    [InlineData("MaxObjectBytes", "1", "allowed are 1024 to 1073741824")]
    public void Should_name_the_setting(string name, string value, string said) =>
        Should.Throw<OptionsValidationException>(() => Storage((name, value))).Message.ShouldContain(said);

    [Fact]
    public async Task Should_say_how_to_get_a_storage_where_there_is_none() =>
        (await Should.ThrowAsync<ObjectStorageException>(() => Storage().ReadAsync("data", "x", TestContext.Current.CancellationToken))).Message.ShouldContain("set Flow:Storage:Kind");

    private static IObjectStorage Storage(params (string Name, string Value)[] settings) => new ServiceCollection()
        .AddFlowStorage(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Flow:Storage:{s.Name}", (string?)s.Value))).Build())
        .BuildServiceProvider().GetRequiredService<IObjectStorage>();
}
