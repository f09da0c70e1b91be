"""Apprise in its safe form, and nowhere else: plain text, one service a call, no redirects, no retries of its own.

A service that says no answers with a number in Apprise's own log; from there the error is taken, with
everything that stands in the URL masked out.
"""

import logging
import re
import warnings
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import unquote

from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType
from apprise.common import OverflowMode
from apprise.result import AppriseResultStatus

from alerts.outcome import Attempt, Failed, Sent
from marsad.alert import Notification
from marsad.codes import MessageType, Severity

TIMEOUT: Final = 25.0
"""Seconds for one service, whatever it does."""
_MOST_ERROR: Final = 200
_TOO_MANY: Final = 60.0
"""Seconds to wait after a 429 whose answer names no time."""
_CODE: Final = re.compile(r"error[= ](\d{3})\b")
_RETRY_AFTER: Final = re.compile(r"retry[-_]after\W{1,6}(\d+(?:\.\d+)?)", re.IGNORECASE)
_LOST_ANSWER: Final = re.compile(
    r"read timed out|remote end closed|connection aborted|reset by peer|incompleteread", re.IGNORECASE
)
_REFUSED_FOR_GOOD: Final = frozenset({400, 413, 422})
_SHORTEST_SECRET: Final = 4

_TYPES: Final = {
    Severity.INFO: NotifyType.INFO,
    Severity.LOW: NotifyType.INFO,
    Severity.MEDIUM: NotifyType.WARNING,
    Severity.HIGH: NotifyType.FAILURE,
    Severity.CRITICAL: NotifyType.FAILURE,
}


class AppriseNotifier:
    """Sends one notification to one URL. Blocking: call it in a thread."""

    def __init__(self, timeout: float = TIMEOUT) -> None:
        self._timeout = timeout
        self._asset = AppriseAsset(
            app_id="Marsad",
            app_desc="Marsad news watch",
            app_url="",
            async_mode=False,
            interpret_emojis=False,
            interpret_escapes=False,
            http_redirects=False,
            secure_logging=True,
            storage_mode="memory",
            service_timeout=timeout,
            allow_templates=False,
        )
        _keep_log_apart()
        _load_plugins()

    def send(self, url: str, notification: Notification) -> Attempt:
        """Try once. Never raises for what the service or the URL does."""
        service = Apprise.instantiate(url, asset=self._asset, suppress_exceptions=True)
        if service is None:
            return Failed("the URL is none that Apprise knows: see its list of services")
        # A URL may ask for what would undo the safe form.
        service.overflow_mode = OverflowMode.TRUNCATE
        service.redirects = False
        service.notify_format = type(service).notify_format
        service.interpret_emojis = False
        sender = Apprise(asset=self._asset)
        sender.add(service)
        result = sender.notify(
            title=notification.title,
            body=notification.body,
            notify_type=_type(notification),
            body_format=NotifyFormat.TEXT,
            timeout=self._timeout,
            log_level=logging.DEBUG,
        )
        return attempt_of(result.status, [(entry.level, entry.message) for entry in result.logs()], url)


def _keep_log_apart() -> None:
    """Apprise logs whole URLs when it cannot read one, and answers at DEBUG: we read its log, nobody else does."""
    apprise_log = logging.getLogger("apprise")
    apprise_log.propagate = False
    apprise_log.setLevel(logging.DEBUG)


def _load_plugins() -> None:
    """Apprise reads its hundred services at the first URL: here, before the first alert has to wait for that."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of modules that services we may never use import
        Apprise.instantiate("json://localhost")


def attempt_of(status: AppriseResultStatus, log: Iterable[tuple[str, str]], url: str) -> Attempt:
    """Apprise's result in our words. ``log`` is what it said meanwhile: (level, message)."""
    if status == AppriseResultStatus.SUCCESS:
        return Sent()
    entries = list(log)
    said = [message for level, message in entries if level in ("WARNING", "ERROR", "CRITICAL")]
    error = masked(said[-1] if said else "the service did not take the message", url)
    if status == AppriseResultStatus.TIMEOUT:
        return Failed("no answer in time", unsure=True)
    code = _found(_CODE, said)
    unsure = any(_LOST_ANSWER.search(message) for _level, message in entries)
    asked = _found(_RETRY_AFTER, [message for _level, message in entries])
    return Failed(
        error,
        recoverable=code is None or int(code) not in _REFUSED_FOR_GOOD,
        unsure=unsure,
        retry_after=max(asked or 0.0, _TOO_MANY if code == 429 and asked is None else 0.0) or None,
    )


def masked(message: str, url: str) -> str:
    """The message on one line, less everything that the URL holds besides its kind of service."""
    line = " ".join(message.split())
    _scheme, _, rest = unquote(url).partition("://")
    secrets = [url, *re.split(r"[/?&=@:,#]", rest)]
    for secret in sorted(filter(_is_secret, secrets), key=len, reverse=True):
        line = line.replace(secret, "***")
    return line[:_MOST_ERROR]


def _is_secret(part: str) -> bool:
    return len(part) >= _SHORTEST_SECRET


def _found(pattern: re.Pattern[str], messages: Iterable[str]) -> float | None:
    match = next(filter(None, map(pattern.search, messages)), None)
    return float(match[1]) if match else None


def _type(notification: Notification) -> Any:
    return NotifyType.INFO if notification.type is MessageType.CANCEL else _TYPES[notification.severity]
