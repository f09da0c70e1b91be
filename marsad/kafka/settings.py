"""The section ``kafka:`` of ``marsad.yaml``, and what it comes to once its secrets are looked up."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from marsad.secret_ref import Keeping, SecretRef
from marsad.yaml_config import ConfigModel

Protocol = Literal["SASL_SSL", "SSL", "SASL_PLAINTEXT"]
Mechanism = Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"]

_BROKER: Final = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})")
_PREFIX: Final = re.compile(r"[A-Za-z0-9._-]{1,200}")


def _broker(value: str) -> str:
    """Told without the value: it may be a URL with a password."""
    found = _BROKER.fullmatch(value)
    if not found or not 0 < int(found[1]) < 65_536:
        raise ValueError("a broker is written host:port, such as kafka-1.example:9092")
    return value


def _prefix(value: str) -> str:
    if not _PREFIX.fullmatch(value):
        raise ValueError("a prefix of topic names is made of letters, digits, '.', '_' and '-'")
    return value


class KafkaSecurity(ConfigModel):
    """How to log in to Kafka and whether the connection is encrypted. Without this section it is neither."""

    protocol: Protocol = Field("SASL_SSL", description="SASL logs in, SSL encrypts")
    mechanism: Mechanism = Field("SCRAM-SHA-512", description="how the password is proved; unused with SSL")
    user: SecretRef | None = Field(None, description="required with SASL")
    password: SecretRef | None = Field(None, description="required with SASL")
    ca: str | None = Field(None, description="PEM file of the authority that signed the brokers' certificates")

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        missing = [name for name in ("user", "password") if getattr(self, name) is None]
        if self.protocol != "SSL" and missing:
            raise ValueError(
                f"to log in ({self.protocol}) add {' and '.join(missing)}, each {{env: NAME}} or {{file: PATH}}"
            )
        if self.protocol == "SSL" and len(missing) < 2:
            raise ValueError("encryption alone (SSL) does not log in: write SASL_SSL, or leave user and password out")
        if self.protocol == "SASL_PLAINTEXT" and self.ca:
            raise ValueError("nothing is encrypted with SASL_PLAINTEXT: write SASL_SSL, or leave ca out")
        return self


class KafkaConfig(ConfigModel):
    """Kafka, through which the scaled-out parts talk to each other. Without this section Marsad is one process."""

    bootstrap: tuple[Annotated[str, AfterValidator(_broker)], ...] = Field(
        min_length=1, description="brokers as host:port; one that answers is enough, three are safer"
    )
    prefix: Annotated[str, AfterValidator(_prefix)] = Field(
        "marsad.", description="begins the name of every topic and group"
    )
    partitions: Annotated[int, Field(ge=1, le=1_000)] = Field(
        12, description="of each topic that is shared out: at most so many workers of a kind have work"
    )
    replication: Annotated[int, Field(ge=1, le=100)] | None = Field(
        None, description="copies of each message; by default 3, or one a broker where they are fewer"
    )
    security: KafkaSecurity | None = None

    @field_validator("bootstrap", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class KafkaAccess:
    """All that is needed to reach Kafka. Its ``repr`` shows no secret."""

    bootstrap: tuple[str, ...]
    protocol: Literal["PLAINTEXT"] | Protocol = "PLAINTEXT"
    mechanism: Mechanism | None = None
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    ca: Path | None = None

    @property
    def brokers(self) -> str:
        """The brokers as messages name them."""
        return ", ".join(self.bootstrap)


def resolve(config: KafkaConfig, environ: Mapping[str, str], folder: Path) -> KafkaAccess:
    """Look the secrets up. Raises NotThereError with all that are missing, which tells places and no value."""
    security = config.security
    if security is None:
        return KafkaAccess(config.bootstrap)
    with Keeping(environ, folder) as keeping:
        return KafkaAccess(
            bootstrap=config.bootstrap,
            protocol=security.protocol,
            mechanism=None if security.protocol == "SSL" else security.mechanism,
            user=keeping.secret("user", security.user),
            password=keeping.secret("password", security.password),
            ca=keeping.certificate("ca", security.ca),
        )
