"""Code that the lab had to stop, in words that need no lesson on event loops."""

from waterclock.lab import CannotJudge, EndlessLoop, LabError, NoTimePasses, StandsStill, StartupFailed, WaitsForEver

_EXPECTED: dict[type[LabError], str] = {
    EndlessLoop: "code that comes to its end, or waits in between",
    NoTimePasses: "code that comes to its end, or waits in between",
    StandsStill: "code that lets others run while it waits",
    WaitsForEver: "code that comes to its end",
    StartupFailed: "an app that starts",
    CannotJudge: "code that can be judged in virtual time",
}


def in_plain_words(error: LabError) -> tuple[str, str]:
    """(expected, observed) for the verdict."""
    expected = next((said for kind, said in _EXPECTED.items() if isinstance(error, kind)), "code that goes on")
    line = (error.where or "").rpartition(":")[2]
    if isinstance(error, EndlessLoop) and line:
        return expected, f"{error.text}: what line {line} does never ends, or takes very long"
    return expected, error.text
