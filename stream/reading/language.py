"""Which language a text is in: scripts and letters first, a small model for what is left (READING 9)."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from stream.reading.words import listed

UNKNOWN: Final = "und"

_LONGEST: Final = 240
"""Characters looked at: the model's cost grows with them, its accuracy hardly does."""
_LETTER: Final = re.compile(r"[^\W\d_]+")
_SOME_LETTERS: Final = re.compile(r"(?:[^\W\d_][\W\d_]*+){3}")
"""Fewer letters tell nothing."""
_ARABIC: Final = re.compile(r"[\u0620-\u064A\u066E-\u06D3\u06EE-\u06FF\uFB50-\uFDFF\uFE70-\uFEFC]+")
_ARABIC_LETTERS: Final = (
    ("ckb", re.compile(r"[ڕۆێڵ]")),
    ("ps", re.compile(r"[ټځڼډړږښۍې]")),
    ("ur", re.compile(r"[ٹڈڑےں]")),
    ("fa", re.compile(r"[پچژگ]")),
)
"""Asked in this order: Kurdish and Pashto and Urdu have the Persian letters too."""
_NO_ARABIC: Final = re.compile(f"[{''.join(letters.pattern[1:-1] for _code, letters in _ARABIC_LETTERS)}]")
"""One set of letters for all: asked one after the other they cost five times as much."""
_PERSIAN_WORDS: Final = frozenset(("است", "این", "را", "که", "می", "های", "برای", "شد", "ای", "در", "به"))
_ARABIC_WORDS: Final = frozenset(
    [
        "في",
        "من",
        "على",
        "إلى",
        "الى",
        "عن",
        "أن",
        "ان",
        "إن",
        "التي",
        "الذي",
        "هذا",
        "هذه",
        "قال",
        "بعد",
        "مع",
        "ما",
        "لا",
        "بين",
        "يوم",
    ]
)
_RARE: Final = 0.01
"""Share of foreign letters that a text in Arabic may have: names, or a Persian keyboard. Arabic with
more of them is still known by its small words."""

_SCRIPTS: Final = (
    ("he", re.compile(r"[\u05D0-\u05EA]+")),
    ("am", re.compile(r"[\u1200-\u137F]+")),
    ("el", re.compile(r"[\u0370-\u03FF]+")),
    ("hi", re.compile(r"[\u0900-\u097F]+")),
    ("bn", re.compile(r"[\u0980-\u09FF]+")),
    ("hy", re.compile(r"[\u0530-\u058F]+")),
    ("ka", re.compile(r"[\u10A0-\u10FF]+")),
    ("th", re.compile(r"[\u0E00-\u0E7F]+")),
    ("ja", re.compile(r"[\u3040-\u30FF]+")),
    ("ko", re.compile(r"[\uAC00-\uD7AF]+")),
    ("zh", re.compile(r"[\u4E00-\u9FFF]+")),
)
_NOT_LATIN: Final = re.compile(r"[\u0370-\u1DFF\u2C00-\uFFFF]")
_CYRILLIC: Final = re.compile(r"[\u0400-\u04FF]+")
_UKRAINIAN: Final = re.compile(r"[іїєґІЇЄҐ]")
_BULGARIAN_RUSSIAN: Final = re.compile(r"[ыэёЫЭЁ]")

_MODELLED: Final = (
    "ar", "de", "en", "es", "fr", "ha", "id", "it", "nl", "pcm", "pt", "rw", "so", "sw", "tr", "yo", "ig", "ms",
)  # fmt: skip
_SAME_AS: Final[Mapping[str, str]] = {"pcm": "en", "ms": "id"}
_SMALL_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "fr": frozenset(
        listed(
            "le les des du une et dans qui sur au aux par pour ont été après est avec leur leurs cette ces selon elle "
            "ce d l pas aussi comme sous plus qu ils nous lors depuis contre où être sont était deux"
        )
    ),
    "en": frozenset(
        listed(
            "the of and to for was were with that by from has have been his their an at as said will she not are this "
            "its after who it be on they would which more but when about into than should could or he there what "
            "during against says told"
        )
    ),
    "": frozenset(
        listed(
            "el los las del y por con para al su como lo una che di della il per sono nel gli dei os da do dos não "
            "uma em na ao het een van dat der die und den von mit dan yang dengan bir ve ya wa iyo oo ka ku waa ayaa "
            "uu soo waxaa cikin ta ba ga katika kwa ni za mu ko ti ní ó awọn àwọn nke ile bu için untuk och att som på "
            "og det av și în este că fost pentru się że um mais más sus pero fue alla zum dem ist nicht auf für den im "
            "voor op te ook sy dia và các suka wani kuma dalam pada ini itu olan daha"
        )
    ),
}
"""Words that settle it without the model, where some of French or English and hardly any other stand. Those that
Spanish, Italian, Dutch or German share with them by the sentence (``de``, ``in``, ``is``) are not here."""
_ENOUGH_SMALL_WORDS: Final = 3
_ENOUGH_OF_ALL: Final = 0.08
_HAUSA: Final = re.compile(r"[ɓɗƙƴƁƊƘƳ]")
_SURE: Final = 0.5
"""Below this the model's answer loses against the language that the feed declares."""
_TOLD: Final = 0.4
"""Below this, without a declaration, it cannot be told."""


class Languages:
    """The detector. Script and small words settle most texts; the first other one loads the model.

    That takes about half a second and 90 MB.
    """

    @cached_property
    def _model(self) -> Any:
        model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        known = set(model.labels)
        model.set_languages([code for code in _MODELLED if code in known])
        model.nb_ptc = np.ascontiguousarray(model.nb_ptc)  # it takes rows: a quarter of the time
        return model

    def detect(self, text_for_language: str, declared: str | None = None) -> tuple[str, float]:
        """A BCP 47 code and how sure it is, from 0 to 1. ``und`` where it cannot be told.

        Give the title and some hundred characters of the longest paragraph; ``declared`` is what
        the feed says and decides in doubt.
        """
        text = text_for_language[:_LONGEST]
        prior = _primary(declared)
        if not _SOME_LETTERS.search(text):
            return (prior, 0.5) if prior else (UNKNOWN, 0.0)
        by_script = _by_script(text, prior) if _NOT_LATIN.search(text) else None
        return by_script or _by_small_words(text) or self._by_model(text, prior)

    def _by_model(self, text: str, prior: str | None) -> tuple[str, float]:
        label, sure = self._model.classify(text)
        code = "ha" if _HAUSA.search(text) else _SAME_AS.get(label, label)
        probability = round(float(sure), 4)
        if code == prior:
            return code, max(probability, 0.9)
        if prior and probability < _SURE:
            return prior, 0.5
        return (code, probability) if probability >= _TOLD else (UNKNOWN, probability)


def _primary(declared: str | None) -> str | None:
    """The language of a declaration such as ``ar-EG`` or ``fr_FR``; None for none or nonsense."""
    match = re.fullmatch(r"\s*([A-Za-z]{2,3})(?:[-_].*)?\s*", declared or "")
    code = match.group(1).lower() if match else ""
    return code if code not in ("", UNKNOWN, "mul", "zxx") else None


def _count(runs: re.Pattern[str], text: str) -> int:
    return sum(map(len, runs.findall(text)))


def _by_script(text: str, prior: str | None) -> tuple[str, float] | None:
    """What the script alone tells; None for Latin letters."""
    arabic = _count(_ARABIC, text)
    if arabic * 2 > len(text):  # as in most texts of that script, whose letters then need no counting
        return _arabic_script(text, arabic, prior)
    letters = _count(_LETTER, text)
    if arabic * 2 > letters:
        return _arabic_script(text, arabic, prior)
    cyrillic = _count(_CYRILLIC, text)
    if cyrillic * 2 > letters:
        return _cyrillic_script(text, prior)
    for code, script in _SCRIPTS:
        if _count(script, text) * 2 > letters:
            return (prior, 0.9) if prior and (code, prior) in _SHARED else (code, 0.99)
    return None


_SHARED: Final = frozenset((("am", "ti"), ("hi", "mr"), ("hi", "ne"), ("zh", "ja")))
"""Scripts of one language that another, when declared, has as well."""


def _by_small_words(text: str) -> tuple[str, float] | None:
    words = text.lower().replace("'", " ").replace("’", " ").split()
    found = {code: sum(map(small.__contains__, words)) for code, small in _SMALL_WORDS.items()}
    best = max(found, key=found.__getitem__)
    count = found[best]
    clear = count >= max(_ENOUGH_SMALL_WORDS, _ENOUGH_OF_ALL * len(words), 4 * (sum(found.values()) - count))
    return (best, 0.99) if best and clear else None


def _arabic_script(text: str, arabic: int, prior: str | None) -> tuple[str, float]:
    words = text.split()
    persian = sum(map(_PERSIAN_WORDS.__contains__, words))
    if not persian and not _NO_ARABIC.search(text):
        return "ar", 0.99
    plain = sum(word in _ARABIC_WORDS or word.startswith(("ال", "وال")) for word in words)
    for code, letters in _ARABIC_LETTERS:
        found = len(letters.findall(text))
        if found and (found > arabic * _RARE or code == prior) and (persian or plain < found):
            return code, 0.95
    if persian > plain:
        return ("fa", 0.9) if prior in (None, "ar", "fa") else (str(prior), 0.8)
    return "ar", 0.99


def _cyrillic_script(text: str, prior: str | None) -> tuple[str, float]:
    if _UKRAINIAN.search(text):
        return ("be", 0.9) if prior == "be" else ("uk", 0.95)
    if prior and not _BULGARIAN_RUSSIAN.search(text):
        return prior, 0.8
    return "ru", 0.95
