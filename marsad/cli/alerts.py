"""`marsad alerts`: what was alerted, and taking an alert."""

from pathlib import Path
from typing import Any

import click

from marsad.alert import Alert, AlertState
from marsad.cli.later import kafka_commands
from marsad.cli.opened import opened
from marsad.cli.options import folder_option, json_option, limit_option, now, user
from marsad.cli.output import moment, print_json_line, print_table, shown
from marsad.errors import MarsadError
from marsad.log import Acknowledge
from marsad.reading_lines import zulu
from marsad.store_queries import StoreQueries
from stream.log_table import LogTable


@click.group()
def alerts() -> None:
    """List alerts, and acknowledge them."""


@alerts.command("list")
@folder_option
@json_option
@limit_option
@click.option(
    "--state", type=click.Choice([state.value for state in AlertState]), multiple=True, help="Only these states."
)
def list_alerts(folder: Path, limit: int, state: tuple[str, ...], *, as_json: bool) -> None:
    r"""The newest alerts.

    \b
    marsad alerts list --dir my-watch --state new --state updated
    """
    with opened(folder) as database:
        queries = StoreQueries(database)
        found = queries.alerts(limit=limit, states=[AlertState(name) for name in state])
        if as_json:
            for alert in found:
                print_json_line(_line(alert))
            return
        titles = {alert.id: story.title for alert in found if (story := queries.story(alert.story))}
    print_table(
        "Alerts",
        ("updated", "state", "severity", "rule", "sources", "what", "alert"),
        (
            (
                moment(alert.updated_at),
                alert.state,
                alert.severity,
                alert.rule,
                alert.sources,
                shown(titles.get(alert.id, "")),
                alert.id,
            )
            for alert in found
        ),
    )


@alerts.command()
@click.argument("alert")
@folder_option
@click.option("--by", default=user, help="Who takes it. Default: your user name.")
@click.option("--note", default="", help="A note for the others.")
def ack(alert: str, folder: Path, by: str, note: str) -> None:
    r"""Acknowledge ALERT: it is taken, and by whom.

    \b
    marsad alerts ack a-1f0c… --by amina --note "calling the desk in Gao"
    """
    record = Acknowledge(alert=alert, by=by, note=note)
    with kafka_commands(folder) as kafka:
        if kafka is None:
            _acknowledge(folder, record)
        else:
            kafka.acknowledge(record)
    click.echo(f"{alert}: acknowledged by {by}; the watch takes it up at once, or when it runs again")


def _acknowledge(folder: Path, record: Acknowledge) -> None:
    with opened(folder) as database:
        if StoreQueries(database).alert(record.alert) is None:
            raise MarsadError(f"there is no alert {record.alert!r}: `marsad alerts list` shows them")
        LogTable(database).append([record], now())


def _line(alert: Alert) -> dict[str, Any]:
    incident = alert.incident
    return {
        "id": alert.id,
        "rule": alert.rule,
        "story": alert.story,
        "state": alert.state,
        "severity": alert.severity,
        "created_at": zulu(alert.created_at),
        "updated_at": zulu(alert.updated_at),
        "sources": alert.sources,
        "articles": list(alert.articles),
        "reason": alert.reason,
        "late": alert.late,
        "receivers": list(alert.receivers),
        "acknowledged_by": alert.acknowledged_by,
        "note": alert.note,
        "country": incident.country if incident else None,
        "place": incident.place if incident else None,
    }


COMMANDS = (alerts,)
