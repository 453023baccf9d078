"""A window of buttons; each click appends the button's word to a file.

python3 buttons_program.py FILE WORD...
"""

from __future__ import annotations

import sys
import tkinter
from pathlib import Path

COLUMNS = 4


def show(file: Path, words: list[str]) -> None:
    """Show the window until it is closed."""

    def add(word: str) -> None:
        with file.open("a", encoding="utf-8") as out:
            out.write(f"{word}\n")

    window = tkinter.Tk()
    window.title("Buttons")
    for number, word in enumerate(words):
        button = tkinter.Button(
            window, text=word, font=("sans", 16), width=10, command=lambda word=word: add(word)
        )
        button.grid(row=number // COLUMNS, column=number % COLUMNS, padx=12, pady=12)
    window.mainloop()


if __name__ == "__main__":
    show(Path(sys.argv[1]), sys.argv[2:])
