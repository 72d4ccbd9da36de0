using Flow.Testing.Driving;

namespace Flow.StatesLanguage.Tests.Scenarios;

/// <summary>Plays something in every order in which its signals may arrive: each play repeats the choices of the one before up to the last that could still be another.</summary>
internal sealed class EveryOrder : Delivery
{
    private readonly List<(int Chosen, int Choices)> _choices = [];
    private int _at;

    /// <summary>How many orders there are.</summary>
    public static int Play(Action<Delivery> play)
    {
        var order = new EveryOrder();
        var count = 0;
        do
        {
            order._at = 0;
            play(order);
            count++;
        }
        while (order.Advance());
        return count;
    }

    public override int Choose(int choices)
    {
        if (_at == _choices.Count)
            _choices.Add((0, choices));
        return _choices[_at++].Chosen;
    }

    private bool Advance()
    {
        _choices.RemoveRange(_at, _choices.Count - _at);
        while (_choices.Count > 0 && _choices[^1] is var (chosen, choices) && chosen + 1 == choices)
            _choices.RemoveAt(_choices.Count - 1);
        if (_choices.Count == 0)
            return false;

        _choices[^1] = _choices[^1] with { Chosen = _choices[^1].Chosen + 1 };
        return true;
    }
}
