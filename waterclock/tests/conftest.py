"""Modules beside the tests: `conformance.stories`, and `housekeeping`, which is in force for all of them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from housekeeping import hear_signals, no_lab_stays_open

__all__ = ["no_lab_stays_open"]

hear_signals()
