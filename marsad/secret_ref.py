"""Where a secret is kept (a password, or a URL that may hold one): an environment variable or a file.

Never the configuration itself.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from pydantic import Field, model_validator

from marsad.errors import MarsadError
from marsad.yaml_config import ConfigModel

Found = TypeVar("Found")

LONGEST: Final = 20_000
"""Characters of a file that are read: a secret is shorter, and what stands there in error may have no end."""
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")


class NotThereError(MarsadError):
    """Nothing is kept where a reference points. Tells the place, and no value."""

    def __init__(self, message: str, missing: Sequence[tuple[str, str]] = ()) -> None:
        """``missing``: of several that were looked up together, key and message of each that is not there."""
        self.missing = tuple(missing)
        super().__init__(message)


class SecretRef(ConfigModel):
    """Where a secret is kept (a password, a URL with one): an environment variable or a file, never the config."""

    env: str | None = Field(None, description="name of an environment variable")
    file: str | None = Field(None, description="path of a file, counted from the config's folder")

    @model_validator(mode="before")
    @classmethod
    def _names_a_place(cls, value: Any) -> Any:
        """Told without the value: what was written there in error may be the secret itself."""
        given = value if isinstance(value, dict) else {}
        env, file = given.get("env"), given.get("file")
        if isinstance(env, str) and not _VARIABLE.fullmatch(env.strip()):
            raise ValueError(
                "env is not the name of a variable: write {env: NAME}, and put the secret into that variable"
            )
        if isinstance(file, str) and (not file.strip() or "://" in file or "\0" in file):
            raise ValueError("file is not a path: write {file: PATH}, and put the secret into that file")
        return value

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError("write exactly one of {env: NAME} and {file: PATH}")
        return self

    @property
    def label(self) -> str:
        """Names the reference, never its value: ``env:MARSAD_SLACK``."""
        return f"env:{self.env}" if self.env else f"file:{self.file}"

    def value(self, environ: Mapping[str, str], folder: Path) -> str:
        """What is kept there, without whitespace around it. Raises NotThereError."""
        if self.env:
            if found := environ.get(self.env, "").strip():
                return found
            raise NotThereError(f"the environment variable {self.env} is not set: put the secret there")
        try:
            with (folder / str(self.file)).open(encoding="utf-8") as stream:
                return stream.read(LONGEST).strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
            raise NotThereError(f"{self.file} cannot be read ({reason}): put the secret there") from error


def kept(ref: SecretRef | None, environ: Mapping[str, str], folder: Path) -> str | None:
    """What is kept where a reference points, None without one. Raises NotThereError, also where it is empty."""
    if ref is None:
        return None
    if not (found := ref.value(environ, folder)):
        raise NotThereError(f"{ref.label} is empty: put the secret there")
    return found


class Keeping:
    """Looks up what belongs together, so that all that is missing is told at once."""

    def __init__(self, environ: Mapping[str, str], folder: Path) -> None:
        self._environ = environ
        self._folder = folder
        self._missing: list[tuple[str, str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Raises NotThereError with all that is missing."""
        if self._missing and error is None:
            raise NotThereError("\n".join(message for _key, message in self._missing), self._missing)

    def secret(self, key: str, ref: SecretRef | None) -> str | None:
        """What is kept where the reference of that key points; None without one, or where it is missing."""
        return self._found(key, lambda: kept(ref, self._environ, self._folder))

    def certificate(self, key: str, name: str | None) -> Path | None:
        """The file of that key, counted from the folder."""
        return self._found(key, lambda: certificate(self._folder / name)) if name else None

    def refuse(self, key: str, message: str) -> None:
        """What is there is of no use."""
        self._missing.append((key, message))

    def _found(self, key: str, look: Callable[[], Found | None]) -> Found | None:
        try:
            return look()
        except NotThereError as error:
            self.refuse(key, str(error))
            return None


def certificate(path: Path) -> Path:
    """The path of an authority's certificate that can be read. Raises NotThereError."""
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        raise NotThereError(
            f"{path} cannot be read ({error.strerror}): put the authority's certificate there"
        ) from error
