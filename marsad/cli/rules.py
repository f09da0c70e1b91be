"""`marsad rules`: the rules in force, whether they are good, and why something was or was not sent."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from alerts.decide import GONE
from alerts.detect import Miss, holds
from alerts.rules import RuleSet
from marsad.alert import Alert
from marsad.cli.opened import opened
from marsad.cli.options import folder_option, json_option, watch_folder
from marsad.cli.output import moment, print_json_line, print_table, shown
from marsad.cli.stories import find_story
from marsad.codec import decode
from marsad.config import load
from marsad.log import RulesInForce
from marsad.reading_lines import zulu
from marsad.store import RULES
from marsad.store_queries import StoreQueries
from marsad.story import Member, Story
from marsad.view_parts import many


@click.group()
def rules() -> None:
    """Show and check rules, and ask why."""


@rules.command("list")
@watch_folder
@json_option
def list_rules(folder: Path, *, as_json: bool) -> None:
    r"""The rules in force: the shipped ones and your own.

    \b
    marsad rules list my-watch
    """
    rule_set = load(folder, polls=False).rule_set
    if as_json:
        for rule in rule_set.rules:
            print_json_line(rule.model_dump(mode="json", exclude_defaults=True) | {"name": rule.name})
        return
    print_table(
        "Rules",
        ("name", "severity", "sure", "likely", "hold", "description"),
        (
            (rule.name, rule.severity, rule.sure, rule.likely, rule.hold, shown(rule.described("en")))
            for rule in rule_set.rules
        ),
    )


@rules.command(short_help="Are rules, routes and regions good?")
@watch_folder
def check(folder: Path) -> None:
    r"""Check rules, routes and regions; every error as file:line: path: what to write instead.

    \b
    marsad rules check my-watch
    """
    rule_set = load(folder, polls=False).rule_set
    click.echo(f"{many(len(rule_set.rules), 'rule')}, {many(len(rule_set.receivers), 'receiver')}: good")


@rules.command(short_help="Every decision about a story, each with its reason.")
@click.argument("name", metavar="ARTICLE|STORY")
@folder_option
@json_option
def why(name: str, folder: Path, *, as_json: bool) -> None:
    r"""Every decision about a story, or an article's story: sent, held, and not sent, each with its reason.

    \b
    marsad rules why s-6abeefafeeff7e5a24f68ef2 --dir my-watch
    """
    with opened(folder) as database:
        queries = StoreQueries(database)
        story = find_story(queries, name)
        ledger = queries.ledger(story.id)
        members = queries.members(story.id)
        standing = list(_standing(queries, story, members))
    if as_json:
        for entry in ledger:
            print_json_line(
                {
                    "at": zulu(entry.at),
                    "decision": entry.decision,
                    "rule": entry.rule,
                    "story": entry.story,
                    "story_version": entry.story_version,
                    "reason": entry.reason,
                    "articles": list(entry.articles),
                    "changed": [{"field": c.field, "before": c.before, "after": c.after} for c in entry.changed],
                    "receiver": entry.receiver,
                }
            )
        return
    click.echo(f"{story.id}  {shown(story.title, 200)}")
    for member in members:
        click.echo(f"  {member.article_id}  {shown(member.title, 80)}")
        click.echo(f"    in this story: {member.joined}")
        event = member.event
        if event:
            click.echo(f"    tells: {event.sub_type or event.type}, {event.status}, fresh {event.score:.2f}")
            for reason in event.evidence:
                click.echo(f"      {reason.points:+.2f}  {reason.feature}  {shown(reason.term, 60)}")
    print_table(
        "Decisions",
        ("at", "decision", "rule", "receiver", "reason"),
        ((moment(e.at), e.decision, e.rule, e.receiver or "", shown(e.reason, 300)) for e in ledger),
    )
    for line in standing:
        click.echo(line)


def _standing(queries: StoreQueries, story: Story, members: Sequence[Member]) -> Iterator[str]:
    """What becomes of the story's alerts whose rules were removed, or edited so that they hold no more.

    The ledger tells it with the story's next version; whoever asks may not wait for that.
    """
    in_force = queries.bodies("SELECT value FROM watch WHERE key = ?", (RULES,))
    rules = RuleSet.from_json(decode(RulesInForce, in_force[0]).taken.body).rules if in_force else ()
    by_name = {rule.name: rule for rule in rules}
    for body in queries.bodies("SELECT body FROM alert WHERE story = ? ORDER BY rule", (story.id,)):
        alert = decode(Alert, body)
        rule = by_name.get(alert.rule)
        if rule is None:
            yield f"{alert.rule}: {GONE}: {alert.id} gets no updates, only a cancel should it be withdrawn"
        elif isinstance(found := holds(rule, story, members), Miss):
            yield f"{alert.rule}: as it is now it does not hold ({found.reason}): {alert.id} is told on all the same"


COMMANDS = (rules,)
