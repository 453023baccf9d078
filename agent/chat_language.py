"""In which language a person asks: Chinese or English prompts follow from it.

The question itself is never changed. Japanese, Korean, Arabic, Vietnamese and every other language
get the English prompt, which asks the model to answer in the language of the question.
"""

from __future__ import annotations

import re

from tapwright.types import Language

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Without the middle dot and the long mark, which stand in Chinese texts too.
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\u31f0-\u31ff\uff66-\uff6f\uff71-\uff9d]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
# Lower case, for a flight number or an abbreviation tells nothing about who writes it.
_WORD = re.compile(r"[^\W\d_]*[a-z\u00df-\u00ff\u0101-\u024f\u0430-\u044f][^\W\d_]+")
_OTHER_LETTER = re.compile("[\u0370-\u1fff]")  # Greek to Khmer, Arabic and Hebrew among them


def language_of(text: str) -> Language | None:
    """Which prompt suits a question; None where it holds no words that tell."""
    han = len(_HAN.findall(text))
    if _KANA.search(text) or _HANGUL.search(text):
        return "en"  # Han beside kana is Japanese
    words = len(_WORD.findall(text))
    if han:
        return "zh" if han >= words else "en"
    return "en" if words or _OTHER_LETTER.search(text) else None
