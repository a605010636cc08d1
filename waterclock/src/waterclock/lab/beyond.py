"""What a lab cannot bring under its clock. It is never passed over in silence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload

from waterclock.errors import CannotJudge


@dataclass(frozen=True)
class Beyond:
    """`what` happened, at `where` (`file:line`, None if nobody knows), at the virtual second `at`."""

    what: str
    where: str | None
    at: float = field(compare=False, default=0.0)

    def __str__(self) -> str:
        return f"cannot be judged here: {self.what}" + (f" ({self.where})" if self.where else "")

    def error(self) -> CannotJudge:
        """The same as a verdict."""
        return CannotJudge(f"cannot be judged here: {self.what}", self.where)


class Findings(Sequence[Beyond]):
    """`lab.beyond`. It knows whether somebody has looked."""

    def __init__(self, found: list[Beyond]) -> None:
        self._found = found
        self.seen = False
        """Somebody has looked, and is answerable for what follows."""

    @overload
    def __getitem__(self, index: int) -> Beyond: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Beyond]: ...
    def __getitem__(self, index: int | slice) -> Beyond | Sequence[Beyond]:
        self.seen = True
        return self._found[index]

    def __len__(self) -> int:
        self.seen = True
        return len(self._found)

    def __iter__(self) -> Iterator[Beyond]:
        self.seen = True
        return iter(list(self._found))

    def __repr__(self) -> str:
        return repr([str(each) for each in self])

    def unseen(self) -> CannotJudge | None:
        """The verdict, if there is one and nobody has looked."""
        return self._found[0].error() if self._found and not self.seen else None
