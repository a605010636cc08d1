"""For whom something was begun: a request, a reader, the lifespan. Tasks inherit it, as they inherit any context."""

import contextvars
from typing import Any

_owner: contextvars.ContextVar[Any] = contextvars.ContextVar("waterclock owner", default=None)


class _Lifespan:
    state = "lifespan"


LIFESPAN = _Lifespan()
"""The owner of whatever the app's lifespan begins."""


def owner() -> Any:
    """For whom the calling code works; None: for nobody that the lab knows."""
    return _owner.get()


def owned_by(who: Any) -> contextvars.Context:
    """A context for `loop.create_task(…, context=…)`."""
    context = contextvars.copy_context()
    context.run(_owner.set, who)
    return context


def is_over(who: Any) -> bool:
    """
    Whether nothing may be left any more of what was begun for `who`.

    A request or a reader is over when it is not `open`; a lifespan never is, as long as somebody can ask.
    """
    return getattr(who, "state", None) not in ("open", "connecting", "lifespan")
