"""Receivers: who is told, in which language, by which Apprise URLs. The URLs are secrets, held by reference only."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from marsad.errors import ConfigError, ConfigProblem
from marsad.secret_ref import NotThereError, SecretRef
from marsad.yaml_config import ConfigModel

CONSOLE: Final = "console"
_LONGEST_URL: Final = 8_192

INLINE_URL: Final = (
    "a URL may hold a secret: put it in a file or the environment, and write {file: PATH} or {env: NAME}"
)


class Receiver(ConfigModel):
    """A person, a desk or a channel."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    language: Literal["ar", "en", "fr"] = "en"
    urls: tuple[SecretRef, ...] = ()
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
        for ref in self.urls:
            try:
                url = ref.value(environ, folder)
            except NotThereError as error:
                problems.append(self._problem(str(error)))
                continue
            if "://" not in url or any(char.isspace() for char in url) or len(url) > _LONGEST_URL:
                wanted = "holds no Apprise URL: write one, such as slack://…, on one line"
                problems.append(self._problem(f"{ref.label} {wanted}"))
            found.append(url)
        if problems:
            raise ConfigError(problems)
        return found

    def _problem(self, message: str) -> ConfigProblem:
        return ConfigProblem(f"receiver {self.name}", 0, "urls", message)
