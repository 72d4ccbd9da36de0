using Flow.StatesLanguage;

namespace Flow.Testing.Driving;

/// <summary>How signals arrive: in order and once each. What a broker may do beyond that, a test of the engine brings in by overriding.</summary>
internal class Delivery
{
    /// <summary>Which of so many comes next: those in flight in order of sending, and behind them the next timer, if one is due.</summary>
    public virtual int Choose(int choices) => 0;

    /// <summary>Whether the signal, which may arrive twice, does.</summary>
    public virtual bool Repeats(Signal signal) => false;

    /// <summary>Whether a timer that was cancelled was on its way already.</summary>
    public virtual bool DeliversCancelled() => false;
}
