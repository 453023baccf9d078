"""Without OpenCV, a script says which command brings it."""

import subprocess
import sys

from tapwright.agent.seeing.opencv import must_have_opencv

_WITHOUT = """
import sys
sys.modules["cv2"] = None  # as where it is not installed: importing it fails
from tapwright.agent.seeing.opencv import must_have_opencv
from tapwright.errors import SetupError
try:
    must_have_opencv()
except SetupError as error:
    print(error)
"""


def test_where_it_is_missing_the_command_that_brings_it_is_named() -> None:
    said = subprocess.run(
        [sys.executable, "-c", _WITHOUT], capture_output=True, text=True, check=True
    ).stdout
    assert "pip install 'tapwright[ocr]'" in said


def test_where_it_is_there_nothing_is_said() -> None:
    must_have_opencv()
