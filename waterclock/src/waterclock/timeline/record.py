"""What arrived, and when: the record that text, SVG and JSON are drawn from."""

from dataclasses import dataclass
from typing import Any, Literal

State = Literal["open", "ended", "truncated", "left"]

TOLERANCE = 1e-6
"""Two times that are no further apart than this (in seconds) are the same time."""


@dataclass(frozen=True)
class Mark:
    """One arrival."""

    at: float
    """Seconds since the request."""
    label: str
    """What arrived, for people: `ping`, `"3\\n"`, `event gale`."""
    size: int | None = None
    """Its length in bytes, when it was bytes."""
    data: str | None = None
    """The bytes, escaped."""

    def to_json(self) -> dict[str, Any]:
        """A plain dict; what is not known is left out."""
        record: dict[str, Any] = {"at": self.at, "label": self.label}
        if self.size is not None:
            record["size"] = self.size
        if self.data is not None:
            record["data"] = self.data
        return record

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "Mark":
        return cls(record["at"], record["label"], record.get("size"), record.get("data"))


@dataclass(frozen=True)
class Timeline:
    """Arrivals in order, and how the stream stands at the end."""

    marks: tuple[Mark, ...] = ()
    state: State = "open"
    """`ended` is a clean end, `truncated` a body that was cut, `left` a client that went away."""
    until: float = 0.0
    """Seconds: when it ended, was cut or left; when it was last looked at, if it is open."""

    @property
    def last(self) -> float:
        """The latest time that this timeline knows about, in seconds."""
        return max([self.until, *(mark.at for mark in self.marks)])

    def __str__(self) -> str:
        """The drawing of this one alone."""
        from waterclock.timeline.text import draw  # It draws what is defined here.

        return draw({"arrived": self}, width=76)

    def to_json(self) -> dict[str, Any]:
        return {"state": self.state, "until": self.until, "marks": [mark.to_json() for mark in self.marks]}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "Timeline":
        return cls(tuple(Mark.from_json(mark) for mark in record["marks"]), record["state"], record["until"])


def same_time(a: float, b: float) -> bool:
    """Whether two times in seconds are equal within TOLERANCE (and the noise of adding floats)."""
    return abs(a - b) <= TOLERANCE * 1.001
