"""Expectations about plain values, and about errors."""

import contextlib
from collections.abc import Callable
from typing import Any

from waterclock import frames
from waterclock.errors import LabError, one_line
from waterclock.expectations.unmet import Unmet, Why, first_difference


class OfValue:
    """`expect(value, "what it is")`."""

    def __init__(self, value: Any, name: str, why: Why, did: str | None) -> None:
        self._value = value
        self._name = name
        self._why = why
        self._did = did

    def equals(self, expected: Any) -> "OfValue":
        """It is equal to this."""
        if self._value == expected:
            return self
        wanted, got = str(expected), str(self._value)
        both_text = isinstance(expected, str) and isinstance(self._value, str)
        difference = (wanted, got, first_difference(wanted, got)) if both_text else None
        raise self._unmet(f"{self._name}: {_shown(expected)}", f"{_shown(self._value)}", difference)

    def contains(self, expected: Any) -> "OfValue":
        """This is in it."""
        with contextlib.suppress(TypeError):  # Nothing can be in None. That is an answer too, if a wrong one.
            if expected in self._value:
                return self
        raise self._unmet(f"{self._name} with {_shown(expected)} in it", _shown(self._value))

    def at_most(self, limit: float) -> "OfValue":
        """It is a number, and no larger than this."""
        comparable = isinstance(self._value, int | float)
        if comparable and self._value <= limit:
            return self
        raise self._unmet(f"{self._name}: at most {limit:,}", f"{self._value:,}" if comparable else _shown(self._value))

    def raises(self, kind: type[BaseException]) -> "OfValue":
        """Calling the value raises this kind of error. `why` is for a call that raises nothing."""
        call: Callable[[], Any] = self._value
        try:
            result = call()
        except kind:
            return self
        except (Unmet, LabError):
            raise  # These say more: a call that does not fit, a loop without an end.
        except Exception as error:
            raise Unmet(
                expected=f"{kind.__name__} from {self._name}",
                observed=one_line(error),
                did=self._did,
                where=frames.place_of_error(error),
            ) from None
        raise self._unmet(f"{kind.__name__} from {self._name}", f"no error; it returned {_shown(result)}")

    def _unmet(self, expected: str, observed: str, difference: tuple[str, str, int] | None = None) -> Unmet:
        return Unmet(expected=expected, observed=observed, why=self._why, did=self._did, difference=difference)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 300 else text[:297] + "…"
