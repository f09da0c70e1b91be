"""Where a test's servers come from: addresses in the environment, else this machine, else nowhere. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

KAFKA = "MARSAD_TEST_KAFKA"
ELASTIC = "MARSAD_TEST_ELASTICSEARCH"
EXAMPLES = {KAFKA: "host:9092,...", ELASTIC: "http://host:9200"}


@dataclass(frozen=True, slots=True)
class Nowhere:
    """No server can be had. Where all tests must run, in CI, that is a failure; elsewhere the test is skipped."""

    reason: str
    fail: bool


def given(variable: str, environ: Mapping[str, str], at_least: int = 1) -> tuple[str, ...]:
    """The addresses in ``variable``; empty if there are fewer than ``at_least``: then servers are started."""
    addresses = tuple(part.strip() for part in environ.get(variable, "").split(",") if part.strip())
    return addresses if len(addresses) >= at_least else ()


def nowhere(variable: str, environ: Mapping[str, str], lacking: str) -> Nowhere:
    """``lacking`` says why none can be started."""
    reason = f"no server can be started: {lacking}. A running one can be named: {variable}={EXAMPLES[variable]}"
    return Nowhere(reason, fail=environ.get("CI") == "true")
