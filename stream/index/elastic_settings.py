"""The section ``elasticsearch:`` of ``marsad.yaml``, and what it comes to once its secrets are looked up."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, field_validator, model_validator

from marsad.secret_ref import Keeping, SecretRef
from marsad.yaml_config import ConfigModel

_PREFIX: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


def _url(value: str) -> str:
    """Told without the value: it may hold a password."""
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname and parts.port)
    except ValueError:  # a port that is no number
        good = False
        parts = urlsplit("")
    if good and (parts.username is not None or "@" in parts.netloc):
        raise ValueError("a URL must hold no password: write user and password, each {env: NAME} or {file: PATH}")
    if not good or parts.query or parts.fragment:
        raise ValueError("a node is written with its port, such as https://search-1.example:9200")
    return value.rstrip("/")


def _prefix(value: str) -> str:
    if not _PREFIX.fullmatch(value):
        raise ValueError(
            "names of indices are made of small letters, digits, '.', '_' and '-', a letter or digit first: "
            "write such a prefix"
        )
    return value


class ElasticConfig(ConfigModel):
    """Elasticsearch as the search index. Without this section it is a file beside the watch."""

    url: tuple[Annotated[str, AfterValidator(_url)], ...] = Field(
        min_length=1, description="nodes, such as https://search-1.example:9200"
    )
    api_key: SecretRef | None = Field(None, description="the encoded API key; or write user and password")
    user: SecretRef | None = Field(None, description="goes with password")
    password: SecretRef | None = Field(None, description="goes with user")
    ca: str | None = Field(None, description="PEM file of the authority that signed the nodes' certificates")
    prefix: Annotated[str, AfterValidator(_prefix)] = Field(
        "marsad-", description="begins the name of every index, alias and template"
    )
    replicas: Annotated[int, Field(ge=0, le=10)] = Field(1, description="further copies of each index; 0 for one node")
    keep_months: Annotated[int, Field(ge=1, le=1_200)] | None = Field(
        None, description="whole months that `marsad elastic retain` keeps besides the current one; by default all"
    )

    @field_validator("url", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password go together: write both, each {env: NAME} or {file: PATH}")
        if self.api_key and self.user:
            raise ValueError("api_key and user are two ways to log in: keep one")
        if self.ca and any(url.startswith("http://") for url in self.url):
            raise ValueError("http:// does not encrypt: write https://, or leave ca out")
        return self


@dataclass(frozen=True, slots=True)
class ElasticAccess:
    """All that is needed to reach Elasticsearch and to name its indices. Its ``repr`` shows no secret."""

    urls: tuple[str, ...]
    prefix: str = "marsad-"
    replicas: int = 1
    keep_months: int | None = None
    api_key: str | None = field(default=None, repr=False)
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    ca: Path | None = None

    @property
    def nodes(self) -> str:
        """The nodes as messages name them."""
        return ", ".join(self.urls)


def resolve(config: ElasticConfig, environ: Mapping[str, str], folder: Path) -> ElasticAccess:
    """Look the secrets up. Raises NotThereError with all that are missing, which tells places and no value."""
    with Keeping(environ, folder) as keeping:
        return ElasticAccess(
            urls=config.url,
            prefix=config.prefix,
            replicas=config.replicas,
            keep_months=config.keep_months,
            api_key=_secret(keeping, "api_key", config.api_key),
            user=_secret(keeping, "user", config.user),
            password=_secret(keeping, "password", config.password),
            ca=keeping.certificate("ca", config.ca),
        )


def _secret(keeping: Keeping, key: str, ref: SecretRef | None) -> str | None:
    found = keeping.secret(key, ref)
    if ref is not None and found is not None and not (found.isascii() and found.isprintable()):
        # It travels in a header; the client would repeat what it could not encode in its error.
        keeping.refuse(key, f"{ref.label} holds more than plain signs of one line: put the secret there alone")
    return found
