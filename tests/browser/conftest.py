"""A browser in front of the real server, both on a scratch copy of the course."""

import functools
import http.server
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from waterclock.live.serving import listen

from course.catalog import Catalog, Entry

ROOT = Catalog().root
CHROMIUM = next((path for path in map(Path, ("/usr/bin/chromium", "/usr/bin/chromium-browser")) if path.exists()), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]
PATIENCE = 60_000  # milliseconds; what is waited for takes about one second, on a machine with nothing else to do
BUILD = 300_000  # the same for a server that builds the site first, which takes about fifteen

GATE = '''

@app.get("/gate")
async def gate() -> StreamingResponse:
    """A chunk for each file that appears in the folder: the test is the one who lets them go."""
    folder = Path({folder!r})

    async def chunks() -> AsyncIterator[str]:
        try:
            for number in range(1, 4):
                while not (folder / str(number)).exists():
                    await asyncio.sleep(0.005)
                yield f"{{number}} "
        finally:
            (folder / "closed").touch()

    return StreamingResponse(chunks(), media_type="text/plain")


@app.get("/die")
async def die() -> None:
    """End the process of the lessons' apps, whoever reads."""
    import os

    os._exit(7)
'''


def needs(what: str, there: object) -> None:
    """Skips with a sentence when something is not installed; where everything has to be, that is a failure."""
    if not there:
        pytest.fail(f"needs {what}") if os.environ.get("COURSE_REQUIRE_SERVICES") else pytest.skip(f"needs {what}")


def listening_to_signals() -> None:
    """As in a terminal: a shell that starts a script in the background lets it ignore Ctrl+C, and that is inherited."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Serving:
    """The course server on a copy of the course, started and stopped as a learner does it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.gates = root / "gates"
        self.gates.mkdir()
        with (root / "lessons/03_streaming_response/app.py").open("a") as app:
            app.write(GATE.format(folder=str(self.gates)))
        with listen(18700) as free:
            self.port = free.getsockname()[1]
        self.log = root / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        self.log.write_text("")
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "course.server", "--port", str(self.port), "--no-browser"],
                cwd=self.root,
                env=os.environ | {"COURSE_ROOT": str(self.root), "PYTHONUNBUFFERED": "1"},
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=listening_to_signals,
            )
        wait_for(lambda: "Ctrl+C" in self.log.read_text() or not self.running, "the server to start", BUILD)
        assert self.running, self.log.read_text()
        # Another process of the suite may have been faster. From then on it keeps this port, over a restart too.
        self.port = int(self.log.read_text().split("http://127.0.0.1:")[1].split("/")[0])
        self.url = f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        self._process.wait(PATIENCE / 1000)

    def kill(self) -> None:
        if self.running and self._process is not None:
            self._process.kill()
            self._process.wait()

    def entry(self, number: str) -> Entry:
        return Catalog(self.root).entry(number)

    def save(self, number: str, text: str | Path) -> None:
        """Save an answer to an exercise."""
        self.entry(number).path.write_text(text if isinstance(text, str) else text.read_text())

    def open_gate(self, number: int) -> None:
        (self.gates / str(number)).touch()

    def restore(self) -> None:
        """As it was cloned."""
        for path in self.gates.iterdir():
            path.unlink()
        for entry in Catalog(self.root).entries():
            if entry.path.read_bytes() != entry.stub.read_bytes():
                entry.path.write_bytes(entry.stub.read_bytes())


def wait_for(condition: Callable[[], Any], what: str, patience: int = PATIENCE) -> None:
    pause = threading.Event()
    for _ in range(patience // 10):
        if condition():
            return
        pause.wait(0.01)
    pytest.fail(f"waited {patience / 1000:g} s for {what}", pytrace=False)


@pytest.fixture(scope="session")
def waiting() -> Callable[[Callable[[], Any], str], None]:
    return wait_for


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course as a clone of it would be, with every exercise as shipped."""
    root = tmp_path_factory.mktemp("course").resolve() / "course"
    left_out = shutil.ignore_patterns(
        ".git", ".venv", ".course", "gates", "__pycache__", ".*_cache", "*.egg-info", "node_modules"
    )
    shutil.copytree(ROOT, root, ignore=left_out)
    shutil.rmtree(root / "site", ignore_errors=True)
    recorded = Path(".course", "recordings")  # Made from the same apps: see `course.site.recordings`.
    if (ROOT / recorded).is_dir():
        shutil.copytree(ROOT / recorded, root / recorded)
    for entry in Catalog(root).entries():
        shutil.copy(entry.stub, entry.path)
    return root


@pytest.fixture(scope="session")
def chromium() -> Path | None:
    needs("Chromium: apt-get install chromium", CHROMIUM)
    return CHROMIUM


@pytest.fixture(scope="session")
def session_server(copy: Path) -> Iterator[Serving]:
    needs("Chromium: apt-get install chromium", CHROMIUM)
    serving = Serving(copy)
    yield serving
    if serving.running:
        serving.stop()


@pytest.fixture
def server(session_server: Serving) -> Iterator[Serving]:
    """The course server, running, with every exercise as shipped."""
    session_server.restore()
    if not session_server.running:
        session_server.start()
    yield session_server
    session_server.restore()


@pytest.fixture(scope="session")
def static(session_server: Serving) -> Iterator[str]:
    """The address of the same site on a host that only has files."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(session_server.root / "site"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    needs("Chromium: apt-get install chromium", CHROMIUM)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


class Visit:
    """Somebody's browser windows; what the pages said on the console and asked of others is kept."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.allowed: tuple[str, ...] = ()
        self._contexts: list[Any] = []

    def page(self, url: str, **options: Any) -> Any:
        context = self._browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: self._asked(request.url))
        context.on("console", lambda message: self._said(message.type, message.text))
        context.on("weberror", lambda error: self._said("error", str(error.error)))
        self._contexts.append(context)
        page = context.new_page()
        page.goto(url)
        return page

    def allow(self, *words: str) -> None:
        """Complaints with one of these words are meant: the test takes the server away."""
        self.allowed = words

    def _asked(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self.foreign.append(url)

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not any(word in text for word in self.allowed):
            self.complaints.append(f"{kind}: {text}")

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Visit]:
    """A visit without a word on the console and without a request to another host."""
    visit = Visit(browser)
    yield visit
    visit.close()
    assert visit.complaints == []
    assert visit.foreign == []


@pytest.fixture(scope="session")
def modules() -> Path:
    """The folder with axe-core and Lighthouse, as package.json here pins them; installed once, into .course."""
    npm = shutil.which("npm")
    needs("npm, which comes with Node.js", npm)
    folder = ROOT / ".course" / "npm"
    wanted = Path(__file__).with_name("package.json").read_text()
    installed = folder / "installed.json"
    if not installed.is_file() or installed.read_text() != wanted:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text(wanted)
        command = [str(npm), "install", "--no-package-lock", "--no-audit", "--no-fund", "--prefix", "."]
        done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=600)
        needs(f"packages from npm: {done.stderr[-500:]}", done.returncode == 0)
        installed.write_text(wanted)
    return folder / "node_modules"
