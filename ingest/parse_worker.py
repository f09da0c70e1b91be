"""The killable child that parses: the only module that imports feedparser.

It reads jobs from its standard input and answers on its standard output, each as four bytes of length (big-endian)
and msgpack. Memory and CPU are limited, and once it is warm it can open no file. feedparser only ever gets a
``BytesIO``: given bytes or text it would open the file or URL that they spell.
"""

import codecs
import contextlib
import encodings
import io
import os
import resource
import signal
import struct
import sys
from typing import Any, Final
from xml.sax import SAXException

import feedparser
import feedparser.api
import msgspec
from msgspec.structs import replace

from ingest.entry_text import parsed_entry
from ingest.feed_bytes import (
    closed_after_last_entry,
    entity_fault,
    is_cut,
    narrowed,
    skip_days,
    skip_hours,
    sound_references,
)
from ingest.fetched import Failed, Failure, ParsedFeed, ParseJob
from ingest.links import web_link
from ingest.text import html_text, one_line

MEMORY_BYTES: Final = 512 * 1024 * 1024
CPU_SECONDS: Final = 10
QUICK_CPU_SECONDS: Final = 1.0
"""Processor time, not the clock's: on a busy machine an ordinary feed must not pass for a costly one."""
_LENGTH: Final = struct.Struct(">I")
_WARM_CODECS: Final = (
    *(
        "utf-8",
        "utf-16",
        "utf-32",
        "utf-16-le",
        "utf-16-be",
        "utf-32-le",
        "utf-32-be",
        "ascii",
        "latin-1",
        "iso8859-6",
        "iso8859-15",
        "cp1252",
    ),
    *("cp1256", "cp1251", "koi8-r", "iso8859-2", "iso8859-9", "cp1250", "cp1254", "gb18030", "big5", "euc-jp"),
    *("shift_jis", "euc-kr", "cp1255", "iso8859-8", "utf-8-sig", "punycode", "idna"),
)
_PERIODS: Final = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}


def parse(job: ParseJob) -> ParsedFeed | Failed:
    """A feed's whole entries, or why there are none."""
    if (narrow := narrowed(job.body)) is not job.body:
        job = replace(job, body=narrow, content_type="application/xml; charset=utf-8")
    if not job.body.strip():
        return Failed(failure=Failure.NOT_A_FEED, reason="the answer is empty")
    if fault := entity_fault(job.body):
        return Failed(failure=Failure.NOT_A_FEED, reason=fault)
    job = replace(job, body=sound_references(job.body))
    cut = is_cut(job.body)
    body = closed_after_last_entry(job.body) if cut else job.body
    if body is None:
        return _not_a_feed(job)
    tree = _tree(body, job)
    if not tree.get("version"):
        return _not_a_feed(job)
    if cut and isinstance(tree.get("bozo_exception"), SAXException):
        return Failed(failure=Failure.TRUNCATED, reason="the feed is cut short and its whole entries cannot be told")
    return _feed(tree, job, cut=cut)


def serve(*, quick: bool) -> None:
    """Answer jobs until the input ends. A quick worker dies of a job that costs more than QUICK_CPU_SECONDS."""
    _warm_up()
    decoder = msgspec.msgpack.Decoder(ParseJob)
    encoder = msgspec.msgpack.Encoder()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while len(head := source.read(_LENGTH.size)) == _LENGTH.size:
        job = decoder.decode(source.read(_LENGTH.unpack(head)[0]))
        _limit_cpu()
        if quick:
            signal.setitimer(signal.ITIMER_PROF, QUICK_CPU_SECONDS)
        answer = encoder.encode(_answer(job))
        signal.setitimer(signal.ITIMER_PROF, 0)
        sink.write(_LENGTH.pack(len(answer)) + answer)
        sink.flush()


def _answer(job: ParseJob) -> dict[str, Any]:
    """``{"feed": …}`` or ``{"failed": …}``."""
    try:
        result = parse(job)
    except MemoryError:
        result = Failed(failure=Failure.PARSER, reason=f"parsing needs more than {MEMORY_BYTES // 2**20} MB")
    except Exception as error:  # noqa: BLE001  a feed can break feedparser anywhere; that costs this feed only
        result = Failed(failure=Failure.PARSER, reason=f"the parser failed: {type(error).__name__}")
    return {"feed" if isinstance(result, ParsedFeed) else "failed": result}


def _tree(body: bytes, job: ParseJob) -> Any:
    headers = {"content-location": job.base}
    if job.content_type:
        headers["content-type"] = job.content_type
    return feedparser.parse(
        io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )


def _feed(tree: Any, job: ParseJob, *, cut: bool) -> ParsedFeed:
    return ParsedFeed(
        version=str(tree["version"]),
        entries=tuple(parsed_entry(entry, job.base, job.body_limit) for entry in tree["entries"]),
        language=one_line(str(tree["feed"].get("language") or "")[:35]),
        ttl=_ttl(tree["feed"]),
        skip_hours=skip_hours(job.body),
        skip_days=skip_days(job.body),
        truncated=cut,
    )


def _not_a_feed(job: ParseJob) -> Failed:
    head = job.body[:2000].lower()
    if b"<html" in head or b"<!doctype html" in head:
        reason = "a web page came instead of a feed (a challenge, a login, or a moved feed)"
    elif b"<rss" in head or b"<feed" in head or b"<rdf" in head or b"<?xml" in head:
        return Failed(failure=Failure.TRUNCATED, reason="the feed is cut short before its first whole entry")
    else:
        reason = "what came is no feed"
    return Failed(failure=Failure.NOT_A_FEED, reason=reason)


def _ttl(feed: Any) -> int | None:
    """Seconds between two updates as the feed tells them."""
    minutes = str(feed.get("ttl") or "").strip()
    if minutes.isdecimal():
        return int(minutes[:7]) * 60
    period = _PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower())
    times = str(feed.get("sy_updatefrequency") or "1").strip()
    return period // max(1, int(times[:5])) if period and times.isdecimal() else None


def _warm_up() -> None:
    """Import all that parsing may ever import, then close the door to the file system."""
    feedparser.api.PREFERRED_XML_PARSERS = []  # a parser named there would be looked for on disk at each feed
    for name in _WARM_CODECS:
        codecs.lookup(name)
    parse(ParseJob(body=_WARM_FEED, content_type="text/xml", base="http://feed.invalid/", body_limit=1000))
    html_text("<p>warm &amp; ready</p>")
    for host in ("الصحيفة.example", "xn--kgbechtv.example"):
        web_link(f"http://{host}/", "")  # names in other scripts need tables that are read when first used
    # A codec of another name is looked for on disk: without files that is an OSError, which no fallback catches.
    codecs.unregister(encodings.search_function)
    codecs.register(_loaded_codec)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _loaded_codec(name: str) -> codecs.CodecInfo | None:
    """A codec that needs no file; None makes feedparser try the next encoding that the feed may be in."""
    try:
        return encodings.search_function(name)
    except OSError:
        return None


def _limit_cpu() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + CPU_SECONDS + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


_WARM_FEED: Final = (
    b'<?xml version="1.0" encoding="windows-1256"?><rss version="2.0"><channel><title>t</title><item><title>a</title>'
    b"<pubDate>Mon, 06 Jul 2026 10:00:00 GMT</pubDate><description>&lt;p&gt;b &amp;nbsp; c</description></item>"
    b"<item><title>&nbsp;broken</title></item></channel></rss>"
)

if __name__ == "__main__":
    costly = "--yield" in sys.argv
    if costly:
        os.nice(5)  # feeds that cost much shall not slow down the others
    serve(quick=not costly)
