"""What every connection to Kafka has in common: how it is made, and what its errors mean."""

import logging
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from time import monotonic
from typing import Any, Final, TypeVar

from kafka import errors
from kafka.net.compat import KafkaNetClient

from marsad.errors import MarsadError
from marsad.kafka.errors import KafkaDownError, KafkaRefusedError, TopicMissingError
from marsad.kafka.settings import KafkaAccess

REQUEST_SECONDS: Final = 10.0
"""A frozen broker keeps its connection: only this tells that it does not answer. The default of 30 is long."""
RECONNECT_SECONDS: Final = 2.0
"""The longest pause before the next attempt to connect; the default of 30 would lengthen every outage."""
METADATA_SECONDS: Final = 10.0
"""How often it is asked which broker leads what: a client that holds on to a former leader is freed by this alone."""
LONGEST_REASON: Final = 300
OLDEST: Final = "3.0"

_FULL_SPEED: Final = "crc32c"
_HUNG_UP: Final = "disconnected"
_BOOTSTRAP_LOGGER: Final = "kafka.net.manager"
_OLD: Final = (
    errors.UnsupportedVersionError,
    errors.UnsupportedForMessageFormatError,
    errors.UnrecognizedBrokerVersion,
)
_LOGIN: Final = (
    errors.SaslAuthenticationFailedError,
    errors.UnsupportedSaslMechanismError,
    errors.IllegalSaslStateError,
)
_FOR_GOOD: Final = (
    errors.InvalidConfigurationError,
    errors.InvalidPartitionsError,
    errors.InvalidReplicationFactorError,
    errors.InvalidRecordError,
    errors.InvalidRequestError,
    errors.InvalidTimestampError,
    errors.InvalidTopicError,
    errors.KafkaConfigurationError,
    errors.PolicyViolationError,
    errors.SecurityDisabledError,
    errors.TopicDeletionDisabledError,
)
"""What is refused today and tomorrow. All else is tried again, for giving up on what passes would lose."""
_log = logging.getLogger(__name__)

Client = TypeVar("Client")


def settings_of(access: KafkaAccess, within: float) -> dict[str, Any]:
    """The arguments of every client of kafka-python. ``within``: seconds to connect. Raises KafkaRefusedError."""
    settings: dict[str, Any] = {
        "bootstrap_servers": list(access.bootstrap),
        "bootstrap_timeout_ms": max(1, int(within * 1_000)),
        "client_id": "marsad",
        "request_timeout_ms": int(REQUEST_SECONDS * 1_000),
        "reconnect_backoff_max_ms": int(RECONNECT_SECONDS * 1_000),
        "metadata_max_age_ms": int(METADATA_SECONDS * 1_000),
        "security_protocol": access.protocol,
    }
    if access.protocol in ("SSL", "SASL_SSL"):
        settings["ssl_context"] = _ssl_context(access)
    if access.user is not None:
        settings |= {
            "sasl_mechanism": access.mechanism,
            "sasl_plain_username": access.user,
            "sasl_plain_password": access.password,
        }
    return settings


def _ssl_context(access: KafkaAccess) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=access.ca)
    except (OSError, ssl.SSLError) as error:
        raise KafkaRefusedError(
            f"{access.ca} holds no certificate in PEM form ({error}): give the authority's"
        ) from error


def connect(access: KafkaAccess, within: float, make: Callable[..., Client], **settings: Any) -> Client:
    """A client that has reached a broker. Raises KafkaDownError or KafkaRefusedError with the reason."""
    opened: list[KafkaNetClient] = []

    def open_connections(**configs: Any) -> KafkaNetClient:
        opened.append(KafkaNetClient(**configs))
        return opened[-1]

    with _reasons() as reasons:
        try:
            return make(**settings_of(access, within), kafka_client=open_connections, **settings)
        except errors.KafkaError as error:
            for connections in opened:  # a client that has reached nobody leaves its thread behind
                connections.close()
            raise _not_connected(_most_telling(reasons, error), access) from error


def _most_telling(reasons: Sequence[object], late: Exception) -> object:
    """Of the reasons of all attempts a refused login, or else the last one that says more than that time was over.

    kafka-python drops what a broker answers where it hangs up so soon that both are read at once. A busy machine does
    that in most attempts, so that the last one seldom tells; nor does it where our own patience cut it short.
    """
    refused = [reason for reason in reasons if isinstance(reason, _LOGIN)]
    cut_short = [reason for reason in reasons if isinstance(reason, errors.RequestTimedOutError)]
    others = [reason for reason in reasons if not isinstance(reason, errors.RequestTimedOutError)]
    return [late, *cut_short, *others, *refused][-1]


def _not_connected(reason: object, access: KafkaAccess) -> MarsadError:
    """kafka-python itself raises no more than that time is over, and logs why."""
    text = _short(reason)
    if isinstance(reason, _LOGIN):
        return KafkaRefusedError(
            f"Kafka ({access.brokers}) refuses the login: {text}: mend user, password or mechanism in `kafka.security`"
        )
    if "CERTIFICATE" in text or "SSL" in text:
        return KafkaRefusedError(
            f"no encrypted connection to Kafka ({access.brokers}): {text}: mend `protocol` and `ca` in "
            "`kafka.security`, and use the brokers' names as their certificates have them"
        )
    if access.user is not None and _HUNG_UP in text:
        # What the broker answered before it hung up is lost in kafka-python; a broker that stops hangs up as well.
        return KafkaDownError(
            f"Kafka ({access.brokers}) hangs up at the login: {text}: are user, password and mechanism in "
            "`kafka.security` right?"
        )
    return KafkaDownError(
        f"Kafka ({access.brokers}) cannot be reached: {text}: is it up, and do `kafka.bootstrap` and "
        "`kafka.security` fit its listener?"
    )


@contextmanager
def _reasons() -> Iterator[list[object]]:
    """Why connections failed meanwhile."""
    found: list[object] = []
    handler = _Reasons(found)
    logger = logging.getLogger(_BOOTSTRAP_LOGGER)
    logger.addHandler(handler)
    try:
        yield found
    finally:
        logger.removeHandler(handler)


class _Reasons(logging.Handler):
    """Keeps the exceptions among the arguments of warnings, but for those that only say that time is over."""

    def __init__(self, found: list[object]) -> None:
        super().__init__(logging.WARNING)
        self._found = found

    def emit(self, record: logging.LogRecord) -> None:
        arguments = record.args if isinstance(record.args, tuple) else ()
        self._found += [
            argument
            for argument in arguments
            if isinstance(argument, Exception) and not isinstance(argument, errors.KafkaTimeoutError)
        ]


def told(error: BaseException, access: KafkaAccess, topic: str = "") -> MarsadError:
    """An error of kafka-python in the operator's words."""
    if isinstance(error, MarsadError):
        return error
    if isinstance(error, errors.UnknownTopicOrPartitionError) and topic:
        return TopicMissingError(topic)
    if isinstance(error, _LOGIN):
        return _not_connected(error, access)
    about = f" (topic {topic})" if topic else ""
    advice = _advice(error)
    if advice is None:
        return KafkaDownError(f"Kafka ({access.brokers}) did not do it{about}: {_short(error)}")
    return KafkaRefusedError(f"Kafka ({access.brokers}) refuses it{about}: {_short(error)}{advice}")


def _advice(error: BaseException) -> str | None:
    """What to do about what will be refused again; None for what may pass."""
    if isinstance(error, errors.AuthorizationError):
        return ": the user lacks a privilege; docs/operations.md lists those that are needed"
    if isinstance(error, _OLD):
        return f": Marsad needs Kafka {OLDEST} or newer"
    return "" if isinstance(error, _FOR_GOOD) else None


def _kind(error: BaseException) -> str:
    return type(error).__name__.removesuffix("Error")


def _short(reason: object) -> str:
    text = " ".join(str(reason).split())
    text = text if len(text) <= LONGEST_REASON else f"{text[:LONGEST_REASON]}…"
    return f"{_kind(reason)}: {text}" if isinstance(reason, errors.BrokerResponseError) else text or repr(reason)


def tell_of_slow_checksums() -> None:
    """Without the C package every record costs five times the CPU."""
    if find_spec(_FULL_SPEED) is None:
        _log.warning("the package crc32c is missing: Kafka needs five times the CPU: pip install 'marsad[scaled]'")


class Deadline:
    """How much of a span of time is left."""

    def __init__(self, within: float, clock: Callable[[], float] = monotonic) -> None:
        self.within = within
        self._clock = clock
        self._end = clock() + within

    @property
    def left(self) -> float:
        """Seconds; 0 when it is over."""
        return max(0.0, self._end - self._clock())
