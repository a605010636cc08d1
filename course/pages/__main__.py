"""`python -m course.pages`: bring the pages up to date."""

import sys

from course.pages.sync import main

sys.exit(main())
