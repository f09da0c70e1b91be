from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from marsad.demo.expected import Expected, ExpectedIncident, Told, differences, load_expected, told
from marsad.demo.world import load_world
from marsad.errors import ConfigError

WORLD = load_world()
EXPECTED = load_expected(WORLD)


def perfect(incident: ExpectedIncident) -> list[Told]:
    """What a watch that makes no mistake would tell."""
    messages = []
    for message in incident.messages:
        last = incident.articles.index(message.by) if message.by in incident.articles else 0
        messages.append(
            Told(
                kind=message.kind,
                rule=incident.rule,
                story=incident.name,
                articles=frozenset(incident.articles[: last + 1]),
                changed=message.changed,
                country=incident.country,
                place=incident.places[0],
                sub_type=incident.sub_types[0],
                killed=message.killed,
            )
        )
    return messages


ALL = [message for incident in EXPECTED.incidents for message in perfect(incident)]


def test_a_perfect_watch_differs_in_nothing() -> None:
    assert differences(EXPECTED, ALL) == []


def test_silence_differs_in_every_incident() -> None:
    assert len(differences(EXPECTED, [])) == len(EXPECTED.incidents)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda m: replace(m, place="Dori"), "market of Djibo: placed at Dori, BF, not Djibo, BF"),
        (lambda m: replace(m, sub_type="Suicide bomb"), "market of Djibo: read as Suicide bomb, not Attack"),
        (lambda m: replace(m, killed=9), "market of Djibo: alert by djibo-marche-1: 9 killed, not 8"),
        (lambda m: replace(m, rule="coup-sahel"), "coup-sahel came for market of Djibo: ['djibo-marche-1']"),
        (lambda m: replace(m, kind="update"), "market of Djibo: came as update, update,"),
        (lambda m: replace(m, articles=frozenset({"djibo-marche-2"})), "alert came before djibo-marche-1"),
    ],
)
def test_each_fault_of_a_message_is_said(change: Callable[[Told], Told], sentence: str) -> None:
    found = differences(EXPECTED, [change(ALL[0]), *ALL[1:]])
    assert any(sentence in line for line in found), found


def test_a_lost_update_a_lost_article_and_a_wrong_guest_are_said() -> None:
    djibo = perfect(EXPECTED.incidents[0])
    last = replace(djibo[-1], articles=frozenset({"djibo-marche-5", "djibo-convoi-1"}))
    found = differences(Expected(incidents=EXPECTED.incidents[:1]), [*djibo[:-2], last])
    assert "market of Djibo: came as alert, update, update, update, not alert, update, update, update, update" in found
    assert "market of Djibo: holds djibo-convoi-1" in found
    assert "market of Djibo: lacks djibo-marche-1" in found


def test_one_incident_told_as_two_is_said() -> None:
    again = replace(ALL[0], story="another", articles=frozenset({"djibo-marche-2"}))
    assert differences(EXPECTED, [*ALL, again]) == ["market of Djibo: told again as another"]


def test_what_nobody_expected_is_said() -> None:
    stray = replace(ALL[0], story="s-1", articles=frozenset({"od-etalons"}))
    assert differences(EXPECTED, [*ALL, stray]) == ["new-sahel-attack came for s-1: ['od-etalons']"]


def test_reactions_may_be_filed_with_their_incident() -> None:
    djibo = perfect(EXPECTED.incidents[0])
    last = replace(djibo[-1], articles=djibo[-1].articles | {"od-condamnation"})
    assert differences(Expected(incidents=EXPECTED.incidents[:1]), [*djibo[:-1], last]) == []


def test_where_either_of_two_articles_may_make_a_message_due_both_are_right() -> None:
    (baga,) = (incident for incident in EXPECTED.incidents if incident.rule == "new-lake-chad-attack")
    first, second = perfect(baga)
    for articles in ({"baga-1", "baga-2"}, {"baga-1", "baga-3"}, {"baga-1", "baga-2", "baga-3"}):
        only = Expected(incidents=(baga,))
        assert differences(only, [first, replace(second, articles=frozenset(articles))]) == []
    assert differences(only, [first, replace(second, articles=frozenset({"baga-1"}))]) != []


def test_a_line_of_json_is_read() -> None:
    line = {
        "at": "2026-11-24T12:00:00Z",
        "kind": "alert",
        "rule": "new-sahel-attack",
        "story": "s-1",
        "articles": ["id-1", "id-2"],
        "changed": [],
        "event": {"country": "BF", "place": "Djibo", "sub_type": "Attack", "killed": {"best": 8, "low": 8, "high": 8}},
    }
    message = told(line, {"id-1": "djibo-marche-1"})
    assert message.articles == {"djibo-marche-1", "id-2"}
    assert (message.country, message.place, message.sub_type, message.killed) == ("BF", "Djibo", "Attack", 8)
    assert told({**line, "event": None}, {}).killed is None


def test_every_article_that_tells_violence_is_expected_or_out_of_every_rule() -> None:
    """The list is whole: an editor's label says of each article what it is."""
    named = {key for incident in EXPECTED.incidents for key in incident.articles}
    causes = {message.by for incident in EXPECTED.incidents for message in incident.messages}
    told_labels = {
        "attack",
        "second-attack",
        "update",
        "claim",
        "kidnapping",
        "operation",
        "retraction",
        "revision",
        "copy",
    }
    assert {article.key for _, article in WORLD.articles() if article.about in told_labels} == named | causes


def test_an_unknown_article_is_refused(tmp_path: Path) -> None:
    text = (
        "incidents:\n  - {name: x, rule: r, country: ML, places: [p], sub_types: [Attack],\n"
        "     articles: [djibo-marche-9], messages: []}\n"
    )
    (tmp_path / "expected.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="the world has no article 'djibo-marche-9' \\(did you mean"):
        load_expected(WORLD, tmp_path / "expected.yaml")


def test_no_two_articles_of_an_incident_come_so_close_that_they_could_change_places() -> None:
    at = {article.key: article.at for _, article in WORLD.articles()}
    for incident in EXPECTED.incidents:
        seconds = [at[key] for key in incident.articles]
        assert all(after - before >= 4 for before, after in pairwise(seconds)), incident.name
        causes = [at[message.by] for message in incident.messages]
        assert causes == sorted(causes), incident.name
