"""The names of HTTP's methods, for whoever can make a request."""

from typing import Any, Generic, TypeVar

_Answer = TypeVar("_Answer")


class Verbs(Generic[_Answer]):
    """`get(path, …)` is `request("GET", path, …)`, and so on. The options are those of `request`."""

    def request(self, method: str, path: str, **options: Any) -> _Answer:
        """Sends a request."""
        raise NotImplementedError

    def get(self, path: str, **options: Any) -> _Answer:
        return self.request("GET", path, **options)

    def head(self, path: str, **options: Any) -> _Answer:
        return self.request("HEAD", path, **options)

    def post(self, path: str, **options: Any) -> _Answer:
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> _Answer:
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> _Answer:
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> _Answer:
        return self.request("DELETE", path, **options)

    def options(self, path: str, **options: Any) -> _Answer:
        return self.request("OPTIONS", path, **options)
