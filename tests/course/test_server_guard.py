"""Who may ask the course server, and for what."""

from collections.abc import Iterator

import pytest
from waterclock.live import Server

from course.server import make_app

APP = """
from fastapi import FastAPI

app = FastAPI()

@app.get("/dots")
async def dots():
    return "..."
"""


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that watches nothing."""
    root = tmp_path_factory.mktemp("course")
    for name, text in {"site/index.html": "<h1>home</h1>", "lessons/01_dots/app.py": APP}.items():
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text(text)
    with Server(make_app(root, watch=False)) as server:
        server.get("/apps/01/dots", timeout=60).wait(end=True)
        yield server


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "127.0.0.1:8800", "origin": "http://127.0.0.1:8800"}, 200),
        ({"host": "localhost:8800", "origin": "http://localhost:8800"}, 200),
        ({"host": "localhost", "origin": "http://localhost"}, 200),
        ({"host": "[::1]:8800"}, 400),  # it does not listen there, so nobody honest says so
        ({"host": "[::1]"}, 400),
        ({"host": "[::ffff:127.0.0.1]:8800"}, 400),
        ({"host": "0.0.0.0:8800"}, 400),
        ({"host": ""}, 400),
        ({"host": "evil.example"}, 400),
        ({"host": "127.0.0.1:evil"}, 400),
        ({"host": "127.0.0.1:"}, 400),
        ({"host": "127.0.0.1:8800:8800"}, 400),
        ({"host": "127.0.0.1:9"}, 200),
        ({"host": "localhost"}, 200),
        ({"host": "127.0.0.1.evil.example:8800"}, 400),
        ({"host": "localhost:8800", "origin": "http://localhost:3000"}, 403),
        ({"host": "localhost:8800", "origin": "http://127.0.0.1:8800"}, 403),
        ({"host": "localhost:8800", "origin": "https://localhost:8800"}, 403),
        ({"host": "localhost:8800", "origin": "http://localhost:8800.evil.example"}, 403),
        ({"host": "localhost:8800", "origin": "http://evil.example"}, 403),
        ({"host": "localhost:8800", "origin": "http://[::1]:8800"}, 403),
        ({"host": "localhost:8800", "origin": "null"}, 403),  # a file, or a frame in a sandbox
        ({"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}, 200),
        ({"sec-fetch-site": "none", "sec-fetch-mode": "navigate"}, 200),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, 200),  # a link to a page of ours
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, 403),
        ({"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors"}, 403),  # another port of this machine
        *(
            ({"sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": frame}, 403)
            for frame in ("iframe", "frame", "embed", "object", "fencedframe")
            for site in ("cross-site", "same-site", "same-origin")
        ),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}, 200),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-purpose": "prefetch"}, 403),
    ],
)
def test_the_server_answers_its_own_pages_only(quiet: Server, headers: dict[str, str], status: int) -> None:
    for path in ("/course/exercises", "/apps/01/dots"):
        assert quiet.get(path, headers).wait(end=True).status == status


@pytest.mark.parametrize("path", ["/", "/apps/01/dots", "/course/exercises", "/nowhere"])
def test_browsers_are_told_to_show_it_in_no_frame(quiet: Server, path: str) -> None:
    headers = quiet.get(path).wait(end=True).headers

    assert (headers["x-frame-options"], headers["content-security-policy"]) == ("DENY", "frame-ancestors 'none'")


def test_a_head_request_for_the_events_has_an_end(quiet: Server) -> None:
    head = quiet.head("/course/events").wait(end=True)

    assert (head.status, head.body, head.state) == (200, b"", "ended")
    assert head.headers["content-type"].startswith("text/event-stream")


@pytest.mark.parametrize("path", ["/course/exercises", "/course/exercises/01.1", "/course/events"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_no_endpoint_of_the_course_takes_anything(quiet: Server, method: str, path: str) -> None:
    assert quiet.request(method, path, body=b"x").wait(end=True).status == 405


@pytest.mark.parametrize("wrong", ["9.9", "nonsense", "..%2f..%2fmkdocs.yml", "%00", "solutions", "01_dots"])
def test_an_exercise_that_is_not_there_is_a_404(quiet: Server, wrong: str) -> None:
    assert quiet.get(f"/course/exercises/{wrong}").wait(end=True).status == 404
