using System.Text;
using Flow.Worker.Bus;

namespace Flow.Worker.Tests.Units;

public sealed class ItemIdentityTests
{
    private const string A = "11111111-1111-1111-1111-111111111111";
    private const string B = "22222222-2222-2222-2222-222222222222";
    private const string C = "33333333-3333-3333-3333-333333333333";

    [Theory]
    [InlineData($$$"""{"runId":"{{{A}}}","scopeId":"{{{B}}}","token":"{{{C}}}"}""", true)]
    [InlineData($$$"""{"message":{"RunId":"{{{A}}}","ScopeId":"{{{B}}}","Token":"{{{C}}}"}}""", true)]
    [InlineData($$$"""{"host":{"runId":"{{{C}}}"},"message":{"runId":"{{{A}}}","scopeId":"{{{B}}}","token":"{{{C}}}","input":{"ru""", true)]
    [InlineData($$$"""{"message":{"input":{"runId":"{{{A}}}","scopeId":"{{{B}}}","token":"{{{C}}}"} } }""", false)]
    [InlineData($$$"""{"message":{"runId":"{{{A}}}","scopeId":"{{{B}}}"}}""", false)]
    [InlineData($$$"""{"message":{"runId":7,"scopeId":"{{{B}}}","token":"{{{C}}}"}}""", false)]
    [InlineData("", false)]
    [InlineData("[1,2", false)]
    public void Should_be_found_where_an_item_has_it(string body, bool found) =>
        ItemIdentity.Find(Encoding.UTF8.GetBytes(body)).ShouldBe(found ? new ItemIdentity(Guid.Parse(A), Guid.Parse(B), Guid.Parse(C)) : null);
}
