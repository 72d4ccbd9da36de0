using Flow.Transports.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Transports.Tests;

// capabilities 69, 157
public sealed class RedisSettingTests
{
    private const string Uri = "redis://redis:6379";

    [Theory]
    [InlineData("redis://redis", "redis", 6379, null, null, 0, false)]
    [InlineData("redis://redis:6380/3", "redis", 6380, null, null, 3, false)]
    [InlineData("redis://:p%2Fw@redis/", "redis", 6379, null, "p/w", 0, false)]
    [InlineData("rediss://a%40b:p:w@10.0.0.1:7000", "10.0.0.1", 7000, "a@b", "p:w", 0, true)]
    [InlineData("redis://[::1]:6379", "::1", 6379, null, null, 0, false)]
    public void Should_read_a_redis_uri(string uri, string host, int port, string? user, string? password, int database, bool tls)
    {
        var settings = RedisSettings.Read(Settings(("ConnectionStrings:Redis", uri)));

        (settings.Host, settings.Port, settings.User, settings.Password, settings.Database, settings.UseTls).ShouldBe((host, port, user, password, database, tls));
        (settings.KeyPrefix, settings.RequireAof).ShouldBe(("flow:", true));
    }

    [Theory]
    [InlineData("ConnectionStrings:Redis", null, "missing")]
    [InlineData("ConnectionStrings:Redis", " ", "missing")]
    [InlineData("ConnectionStrings:Redis", "localhost:6379,password=s3cret", "not a redis URI")]
    [InlineData("ConnectionStrings:Redis", "http://:s3cret@redis", "not a redis URI")]
    [InlineData("ConnectionStrings:Redis", "redis://:s3cret@redis?db=1", "not a redis URI")]
    [InlineData("ConnectionStrings:Redis", "redis://:s3cret@redis/first", "'first'", "not a number")]
    [InlineData("ConnectionStrings:Redis", "redis://:s3cret@redis/-1", "'-1'")]
    [InlineData("ConnectionStrings:Redis", "redis://s3cret@redis", "without a password", "redis://:password@host")]
    public void Should_stop_start_up_with_the_right_form_and_without_the_password(string key, string? value, params string[] named)
    {
        var refusal = Should.Throw<InvalidOperationException>(() => new ServiceCollection().AddFlowBus(Settings((key, value)), _ => { }));

        foreach (var text in named.Append(key).Append("redis://user:password@host:6379/0"))
            refusal.Message.ShouldContain(text);
        refusal.ToString().ShouldNotContain("s3cret");
    }

    [Theory]
    [InlineData("Flow:Redis:KeyPrefix", "", "''", "flow:")]
    [InlineData("Flow:Redis:KeyPrefix", "flow{1}:", "'flow{1}:'", "flow:")]
    [InlineData("Flow:Redis:KeyPrefix", "flow *", "'flow *'", "flow:")]
    [InlineData("Flow:Redis:RequireAof", "perhaps", "'perhaps'", "true or false")]
    public void Should_stop_start_up_with_the_setting_its_value_and_the_right_ones(string key, string value, params string[] named)
    {
        var refusal = Should.Throw<InvalidOperationException>(
            () => new ServiceCollection().AddDeadLetterQueues(Settings(("ConnectionStrings:Redis", Uri), (key, value))));

        foreach (var text in named.Append(key))
            refusal.Message.ShouldContain(text);
    }

    private static IConfiguration Settings(params (string Key, string? Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Append(("Flow:Transport", "Redis")).ToDictionary(v => v.Item1, v => v.Item2)).Build();
}
