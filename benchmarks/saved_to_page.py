"""
From a saved file to its verdict on the page, in Chromium: ten saves, right and wrong in turn. Meant to be below 1 s.

The clock runs from the moment the file is written to the animation frame after the panel shows the new state.

Run:   python benchmarks/saved_to_page.py
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright
from waterclock.live.serving import listen

from course.catalog import Catalog

CHROMIUM = "/usr/bin/chromium"
SAVES = 10
LIMIT = 1.0  # seconds
LEFT_OUT = (".git", ".venv", ".course", "__pycache__", ".*_cache", "*.egg-info")

# Resolves with the time (ms since 1970) of the first frame in which the panel of 03.1 shows the state.
SHOWN = """state => new Promise(resolve => {
    const shows = () => document.querySelector('[id="03.1"] .cbc-standing')?.className.includes(state)
    const look = () => shows() ? requestAnimationFrame(() => resolve(Date.now())) : requestAnimationFrame(look)
    look()
})"""


def measure(url: str, root: Path) -> list[float]:
    """Seconds for each save."""
    entry = Catalog(root).entry("03.1")
    texts = {"passed": entry.solution.read_text(), "not-yet": entry.mistakes[0].read_text()}
    took = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(f"{url}/03_streaming_response/#exercise-03-1")
        page.wait_for_selector('[id="03.1"] .cbc-standing-not-started')
        for number in range(SAVES + 1):
            state = ("passed", "not-yet")[number % 2]
            saved = time.time()
            entry.path.write_text(texts[state])
            took.append(page.evaluate(SHOWN, state) / 1000 - saved)
            time.sleep(1.5)  # as people do: the next answer takes a while to type
        browser.close()
    return took[1:]  # the first also waited for the spare process


def main() -> int:
    if not Path(CHROMIUM).exists():
        print("not measured: needs Chromium (apt-get install chromium)")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "course"
        shutil.copytree(Catalog().root, root, ignore=shutil.ignore_patterns(*LEFT_OUT))
        shutil.rmtree(root / "site", ignore_errors=True)
        for entry in Catalog(root).entries():
            shutil.copy(entry.stub, entry.path)
        with listen(18600) as free:
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "course.server", "--port", str(port), "--no-browser"]
        environment = os.environ | {"COURSE_ROOT": str(root)}
        with subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE, encoding="utf-8") as server:
            assert server.stdout is not None
            while "Ctrl+C" not in (line := server.stdout.readline()):
                assert line, "the server did not start"
            try:
                took = measure(f"http://127.0.0.1:{port}", root)
            finally:
                server.terminate()
    median = statistics.median(took)
    print(f"saved to page, {len(took)} saves: {min(took):.2f} s min, {median:.2f} s median, {max(took):.2f} s max")
    return 0 if median < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
