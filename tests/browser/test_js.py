"""What the elements are made of, without a browser: Node's own test runner."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def test_the_pure_parts_of_the_elements_do_what_they_say() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.fail("needs Node.js") if os.environ.get("COURSE_REQUIRE_SERVICES") else pytest.skip("needs Node.js")
    files = sorted(str(path) for path in Path(__file__).with_name("js").glob("*.test.mjs"))
    done = subprocess.run([node, "--test", *files], capture_output=True, encoding="utf-8", timeout=120)

    assert files
    assert done.returncode == 0, done.stdout + done.stderr
