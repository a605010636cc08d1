"""
Waits for locks in the lab: a time-out is virtual, and the clock knows who waits and who was woken.

Everything in Python that waits is made of a few things in C: `Lock`, `RLock` and `SimpleQueue`. `Condition`, `Event`,
`Queue`, `Semaphore`, `Barrier`, `Timer` and `Future.result` rest on them. So these few are replaced, in the types
themselves: locks that were made before count as well. Whoever cannot go on at once says so to its lab, waits there, and
tries again when somebody has released the lock. Outside a lab they do what they always did.
"""

import queue
from collections.abc import Callable
from typing import Any

from waterclock.patches import real_time as real
from waterclock.patches.current import Host, Wakeup, current
from waterclock.patches.replacing import Method

_waiting: dict[int, tuple[Any, list[Wakeup]]] = {}
"""By the identity of what is waited for: the thing, and who waits for it."""
_mutex = real.Mutex()


def _wait(host: Host, thing: Any, attempt: Callable[[], bool], timeout: float | None, what: str) -> bool:
    """Attempts until it works, and in between waits for `_woken`. False after `timeout` virtual seconds."""
    until = None if timeout is None else host.now + timeout
    while True:
        wakeup = host.wakeup(what)
        with _mutex:
            _waiting.setdefault(id(thing), (thing, []))[1].append(wakeup)
        try:
            # After it was noted: who releases in between, sees the note.
            if attempt():
                return True
            if not wakeup.wait(until):
                return attempt()
        finally:
            with _mutex:
                _, others = _waiting[id(thing)]
                others.remove(wakeup)
                if not others:
                    del _waiting[id(thing)]


def _woken(thing: Any) -> None:
    """Somebody may go on. All try, one succeeds, the others wait again."""
    with _mutex:
        _, waiting = _waiting.get(id(thing), (None, []))
        wakeups = list(waiting)
    for each in wakeups:
        each.wake()


def look_again() -> bool:
    """
    Whether somebody waits for what is free, and was woken now. Asked before time goes on.

    Who had kept `lock.release` from before the lab releases without telling anybody.
    """
    with _mutex:
        found = [thing for thing, _ in _waiting.values() if _is_free(thing)]
    for thing in found:
        _woken(thing)
    return bool(found)


def _is_free(thing: Any) -> bool:
    if isinstance(thing, queue.SimpleQueue):
        return not thing.empty()
    return hasattr(thing, "locked") and not thing.locked()


def _acquiring(original: Callable[..., Any], what: str) -> Callable[..., bool]:
    def acquire(lock: Any, blocking: bool = True, timeout: float = -1) -> bool:
        host = current()
        if host is None or not blocking or timeout == 0 or (timeout < 0 and timeout != -1):
            taken: bool = original(lock, blocking, timeout)
            return taken
        if original(lock, False):
            return True
        return _wait(host, lock, lambda: original(lock, False), None if timeout == -1 else timeout, what)

    return acquire


def _entering(original: Callable[..., Any], what: str) -> Callable[[Any], bool]:
    acquire = _acquiring(original, what)

    def enter(lock: Any) -> bool:
        return acquire(lock)

    return enter


def _releasing(original: Callable[..., Any]) -> Callable[..., Any]:
    def release(lock: Any, *given: Any, **named: Any) -> Any:
        result = original(lock, *given, **named)
        if _waiting:
            _woken(lock)
        return result

    return release


def _restoring(acquire: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., None]:
    def restore(lock: Any, state: Any) -> None:
        host = current()
        if host is None:
            original(lock, state)
            return
        if not acquire(lock, False):
            _wait(host, lock, lambda: bool(acquire(lock, False)), None, "an RLock")
        for _ in range(state[0] - 1):  # It was held so many times when it was let go.
            acquire(lock, False)

    return restore


def _getting(original: Callable[..., Any]) -> Callable[..., Any]:
    def get(box: Any, block: bool = True, timeout: float | None = None) -> Any:
        host = current()
        if host is None or not block or (timeout is not None and timeout <= 0):
            return original(box, block, timeout)
        found: list[Any] = []

        def attempt() -> bool:
            try:
                found.append(original(box, False))
            except queue.Empty:
                return False
            return True

        if attempt() or _wait(host, box, attempt, timeout, "SimpleQueue.get()"):
            return found.pop()
        raise queue.Empty

    return get


def _locks() -> list[Method]:
    patches = []
    for kind, what in ((real.LockType, "a lock"), (real.RLockType, "an RLock")):
        methods = vars(kind)
        acquire = methods["acquire"]
        for name in methods:
            if name in ("acquire", "acquire_lock"):
                patches.append(Method(kind, name, _acquiring(acquire, what)))
            elif name == "__enter__":
                patches.append(Method(kind, name, _entering(acquire, what)))
            elif name in ("release", "release_lock", "__exit__", "_release_save"):
                patches.append(Method(kind, name, _releasing(methods[name])))
            elif name == "_acquire_restore":
                patches.append(Method(kind, name, _restoring(acquire, methods[name])))
    return patches


def _queues() -> list[Method]:
    methods = vars(queue.SimpleQueue)
    patches = [Method(queue.SimpleQueue, "get", _getting(methods["get"]))]
    return patches + [Method(queue.SimpleQueue, name, _releasing(methods[name])) for name in ("put", "put_nowait")]


PATCHES: list[Method] = [*_locks(), *_queues()]
