"""What the lab says when an app cannot be judged any further, and errors in one line."""

import traceback


class LabError(Exception):
    """
    The lab had to stop: the text says what happened, `where` names the file and line when they are known.

    `why`: the misconception behind it, when there is only one; it is part of what `str` says.
    """

    def __init__(self, text: str, where: str | None = None, why: str | None = None) -> None:
        super().__init__((f"{text} ({where})" if where else text) + (f". {why}" if why else ""))
        self.text = text
        self.where = where
        self.why = why


class EndlessLoop(LabError):
    """
    Code that was running did not give the control back within the `Patience` of the lab, and was cut off.

    As a rule it is an endless loop. It may also be computing that takes very long: then more patience lets it end.
    """


class NoTimePasses(LabError):
    """The loop turns and nothing waits for anything: an endless stream without a pause, a swallowed cancellation."""


class StandsStill(LabError):
    """Async code waits for something that only the event loop it holds up could bring."""


class WaitsForEver(LabError):
    """What a test called waits, and nothing is left that could wake it: no timer, no thread at work, no connection."""


class StartupFailed(LabError):
    """The app's lifespan raised before the first request."""


class CannotJudge(LabError):
    """Something happened that the lab cannot bring under its clock. The text begins "cannot be judged here"."""


class CutOff(BaseException):
    """Raised inside the code under test to end it. A BaseException, so that `except Exception` lets it pass."""


class LabClosed(BaseException):
    """Raised in worker threads that still wait when their lab has ended."""


_LONGEST_ERROR = 160  # Some name what they could not use, and that can be a page long.


def one_line(error: BaseException) -> str:
    """`ValueError: boom`, for exception groups the text of the errors inside; a long one is cut."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(one_line(inner) for inner in error.exceptions)
    said = traceback.format_exception_only(type(error), error)[-1].strip()
    return said if len(said) <= _LONGEST_ERROR else said[: _LONGEST_ERROR - 1] + "…"
