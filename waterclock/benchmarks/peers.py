"""
waterclock beside its peers: what each makes of a dozen things that streams do.

    python waterclock/benchmarks/peers.py --install    # once: an environment with all of them, in .course/peers
    python waterclock/benchmarks/peers.py              # writes peers.md beside this file

Every cell is the outcome of a small program (`peers_programs.py`), run in a process of its own with a time limit. The
peers have no client for ASGI apps; each gets the same small caller, on its own event loop.
"""

import argparse
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FOLDER = ROOT / ".course" / "peers"
PYTHON = FOLDER / "bin" / "python"
LIMIT = 12.0  # Seconds that a program may take.

PEERS = {
    "waterclock": "waterclock",
    "looptime": "looptime",
    "solipsism": "async-solipsism",
    "trio": "trio (MockClock)",
    "freezegun": "freezegun",
    "timemachine": "time-machine",
    "asyncio": "asyncio alone",
}
ROWS = {
    "async_stream": "an async stream, a line every 2 s",
    "sync_stream": "a sync generator with `time.sleep(2)`",
    "rude_sleep": "`time.sleep(2)` on the loop",
    "thread_timeout": "`queue.get(timeout=2)` in a thread",
    "pool_of_one": "two jobs of 2 s in a pool of one",
    "leaving": "the client leaves at 3 s",
    "slow_reader": "a reader who stops after two chunks",
    "leftover": "a task that nobody stops",
    "upstream": "an upstream app, read while it sends",
    "own_socket": "a socket between parts of the app",
    "deadline": "a deadline by `datetime.now()`",
    "websocket": "a WebSocket that answers after 2 s",
    "waits_for_ever": "a wait that can never end",
    "endless": "an endless loop",
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--install", action="store_true")
    if parser.parse_args().install:
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        own = [f"{ROOT / 'waterclock'}[client]", f"httpx2=={version('httpx2')}"]
        packages = ["-r", str(HERE / "peers-requirements.txt"), *own]
        subprocess.run([str(PYTHON), "-m", "pip", "install", "-q", *packages], check=True)
    if not PYTHON.exists():
        raise SystemExit("The peers are not installed. Run this once: python waterclock/benchmarks/peers.py --install")
    lines = [
        "| " + " | ".join(["", *PEERS.values()]) + " |",
        "|---" * (len(PEERS) + 1) + "|",
    ]
    for row, text in ROWS.items():
        cells = [_cell(row, peer) for peer in PEERS]
        lines.append("| " + " | ".join([text, *cells]) + " |")
        print(lines[-1], flush=True)
    (HERE / "peers.md").write_text("\n".join([*lines, "", _versions(), ""]))


def _cell(row: str, peer: str) -> str:
    command = [str(PYTHON), "-W", "ignore", str(HERE / "peers_programs.py"), row, peer]
    environment = {"PYTHONPATH": str(ROOT / "waterclock" / "src"), "PATH": ""}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False, env=environment)
    except subprocess.TimeoutExpired:
        return f"hangs (cut off after {LIMIT:g} s)"
    said = (done.stdout.strip().splitlines() or done.stderr.strip().splitlines() or ["nothing"])[-1]
    return said.replace("|", "\\|")


def _versions() -> str:
    names = ("looptime", "async-solipsism", "trio", "freezegun", "time-machine", "fastapi")
    asked = f"import importlib.metadata as m; print(', '.join(n + ' ' + m.version(n) for n in {names}))"
    done = subprocess.run([str(PYTHON), "-c", asked], capture_output=True, text=True, check=True)
    return f"Python {sys.version.split()[0]}, {done.stdout.strip()}. “real” means that the seconds passed on the wall."


if __name__ == "__main__":
    main()
