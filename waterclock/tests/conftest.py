"""The conformance cases are a package beside the tests: `import conformance.stories`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
