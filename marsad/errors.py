"""Errors that a person will read. Each says where it is wrong and what to write instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


class MarsadError(Exception):
    """The root of all errors that Marsad raises on purpose; the message is for the operator."""


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One thing wrong in a config file. ``line`` counts from 1; 0 means the whole file."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.path}: {self.message}" if self.path else f"{where}: {self.message}"


class ConfigError(MarsadError):
    """Everything wrong in a configuration, at once."""

    def __init__(self, problems: Iterable[ConfigProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.file, p.line, p.path)))
        super().__init__("\n".join(map(str, self.problems)))


class StoreError(MarsadError):
    """The database is locked by another watch, damaged, full, or of another version."""


class StaysParkedError(MarsadError):
    """One parked thing cannot be given back; others may be."""


class DecodeError(MarsadError):
    """Bytes that are no message of ours, or of a major version we do not know."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`` (did you mean 'x'?)``, or nothing where no known name is close."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" (did you mean {close[0]!r}?)" if close else ""
