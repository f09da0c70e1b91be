"""Receivers: who is told, in which language, by which Apprise URLs. The URLs are secrets, held by reference only."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from marsad.errors import ConfigError, ConfigProblem
from marsad.yaml_config import ConfigModel

CONSOLE: Final = "console"
_LONGEST_URL: Final = 8_192


_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class UrlRef(ConfigModel):
    """Where an Apprise URL is found: in the environment, or in a file (its path counts from the config's folder)."""

    env: str | None = None
    file: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _names_a_place(cls, value: Any) -> Any:
        """Told without the value: what was written there in error may be the secret itself."""
        given = value if isinstance(value, dict) else {}
        env, file = given.get("env"), given.get("file")
        if isinstance(env, str) and not _VARIABLE.fullmatch(env.strip()):
            raise ValueError("env is not the name of a variable: write {env: NAME}, and put the URL into that variable")
        if isinstance(file, str) and (not file.strip() or "://" in file or "\0" in file):
            raise ValueError("file is not a path: write {file: PATH}, and put the URL into that file")
        return value

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError("write either {env: NAME} or {file: PATH}")
        return self

    @property
    def label(self) -> str:
        """Names the reference, never its value: ``env:MARSAD_SLACK``."""
        return f"env:{self.env}" if self.env else f"file:{self.file}"


INLINE_URL: Final = (
    "a URL may hold a secret: put it in a file or the environment, and write {file: PATH} or {env: NAME}"
)


class Receiver(ConfigModel):
    """A person, a desk or a channel."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    language: Literal["ar", "en", "fr"] = "en"
    urls: tuple[UrlRef, ...] = ()
    console: bool = Field(False, description="print on the terminal of `marsad run`")

    @model_validator(mode="after")
    def _reaches_someone(self) -> Self:
        if not self.urls and not self.console:
            raise ValueError(f"receiver {self.name!r} reaches nobody: give it urls, or console: true")
        return self

    @property
    def targets(self) -> tuple[str, ...]:
        """Labels of everything a message to this receiver must reach."""
        return (*([CONSOLE] if self.console else []), *(dict.fromkeys(url.label for url in self.urls)))

    def resolve(self, environ: Mapping[str, str], folder: Path) -> list[str]:
        """The URLs, in the order of ``urls``, without whitespace around them.

        Raises ConfigError, which names the reference and never its value.
        """
        problems = []
        found = []
        for label, value in self._values(environ, folder):
            if isinstance(value, ConfigProblem):
                problems.append(value)
            elif "://" not in value or any(char.isspace() for char in value) or len(value) > _LONGEST_URL:
                problems.append(
                    self._problem(f"{label} holds no Apprise URL: write one, such as slack://…, on one line")
                )
            else:
                found.append(value)
        if problems:
            raise ConfigError(problems)
        return found

    def _values(self, environ: Mapping[str, str], folder: Path) -> Iterator[tuple[str, str | ConfigProblem]]:
        for url in self.urls:
            if url.env:
                text = environ.get(url.env, "").strip()
                yield (
                    url.label,
                    text or self._problem(f"the environment variable {url.env} is not set: set it to the URL"),
                )
                continue
            try:
                yield url.label, (folder / str(url.file)).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
                yield url.label, self._problem(f"{url.file} cannot be read ({reason}): put the URL there")

    def _problem(self, message: str) -> ConfigProblem:
        return ConfigProblem(f"receiver {self.name}", 0, "urls", message)
