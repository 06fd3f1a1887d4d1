"""The modules beside the tests are also a program (`python -m tests.accuracy`), so they are imported from the root."""

import sys
from pathlib import Path

ROOT = str(Path(__file__).resolve().parents[2])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)
