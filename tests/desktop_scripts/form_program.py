"""Shows yad's form again and again, and keeps what it prints: the program of form.yaml.

python form_program.py RESULTS
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

COMMAND = [
    "yad", "--form", "--title=Customer", "--width=420", "--button=Cancel:1", "--button=Send:0",
    "--field=Name", "--field=City", "--field=Note",
]  # fmt: skip

if __name__ == "__main__":
    with Path(sys.argv[1]).open("ab") as results:
        while subprocess.run(COMMAND, stdout=results, check=False).returncode == 0:
            results.flush()
