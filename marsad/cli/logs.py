"""Log lines: one line each, whatever a feed put into them, and no secret among them."""

import logging
import sys
from typing import Final

from aiohttp.http_exceptions import HttpProcessingError

from marsad.cli.output import shown

LONGEST: Final = 2_000
FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _OneLine(logging.Formatter):
    """Escapes what could forge a line of its own. An error of the configuration keeps its lines, indented."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  logging's own name
        first, *rest = record.message.split("\n")
        record.message = "\n    ".join(shown(line, LONGEST) for line in (first, *rest[:50]))
        return super().formatMessage(record)


def _no_bad_request(record: logging.LogRecord) -> bool:
    """False for what is no HTTP: it was answered, and whoever sends it may not fill the log with tracebacks."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


def set_up(*, verbose: bool) -> None:
    """Log to standard error. Libraries speak only from WARNING on: they know URLs."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine(FORMAT))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("aiohttp.server").addFilter(_no_bad_request)
    for name in ("marsad", "ingest", "alerts", "stream"):
        logging.getLogger(name).setLevel(logging.DEBUG if verbose else logging.INFO)
