"""`python -m course.server`, as `make learn` calls it."""

import argparse
import sys

from course.server.launch import PORT, main

parser = argparse.ArgumentParser(prog="python -m course.server", description="Serve the course on 127.0.0.1.")
parser.add_argument("--port", type=int, help=f"default: {PORT}; the next free one when it is taken")
parser.add_argument("--no-browser", action="store_true", help="do not open the home page")
given = parser.parse_args()
sys.exit(main(given.port, not given.no_browser))
