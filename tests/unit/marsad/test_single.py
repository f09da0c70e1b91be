import pytest
from unit.strategies.story_readings import event, reading

from alerts import judge
from alerts.rules import Rule, RuleSet
from marsad.codes import Status
from marsad.errors import MarsadError
from marsad.regions import Region
from marsad.single import alerts_of_one

RULES = RuleSet(
    rules=tuple(
        Rule.model_validate(rule)
        for rule in (
            {
                "name": "attack",
                "when": {"fresh": True, "status": ["actual"]},
                "sure": 0.8,
                "likely": 0.5,
                "hold": "10m",
            },
            {"name": "in-mali", "when": {"fresh": True, "regions": ["mali"]}, "sure": 0.5},
            {"name": "about-cotton", "when": {"text": {"any": ["cotton"]}}},
        )
    ),
    regions={"mali": Region(label={"en": "Mali"}, countries=frozenset({"ML"}))},
)


@pytest.mark.parametrize(
    ("told", "title", "rules"),
    [
        pytest.param(event(score=0.9), "", ("attack",), id="sure"),
        pytest.param(event(score=0.6), "", (), id="held ones are not sent now"),
        pytest.param(event(score=0.6, town="Gao"), "", ("in-mali",), id="a region of the rule set"),
        pytest.param(event(score=0.9, status=Status.FOILED), "", (), id="another status"),
        pytest.param(event(score=0.9, fresh=False), "", (), id="not fresh"),
        pytest.param(None, "price of cotton", ("about-cotton",), id="no event, but the words"),
        pytest.param(None, "price of millet", (), id="nothing"),
    ],
)
def test_which_rules_one_article_would_send(told, title: str, rules: tuple[str, ...]) -> None:
    send_now = alerts_of_one(RULES, lambda text: f" {text.casefold()} ")
    assert send_now(reading("one", told, title=title)) == rules


def test_one_article_leaves_no_trace_for_the_next() -> None:
    """Twenty of one attack: none of them is the second source of another."""
    send_now = alerts_of_one(RULES, str.casefold)
    assert {send_now(reading(f"a{number}", event(score=0.6), family=f"f{number}")) for number in range(20)} == {()}
    assert send_now(reading("a0", event(score=0.9))) == ("attack",)
    assert send_now(reading("a0", event(score=0.9))) == ("attack",), "and it may be asked again"


def test_a_rule_that_cannot_be_judged_is_not_taken_for_a_silent_one(monkeypatch) -> None:
    monkeypatch.setattr(judge, "decide", lambda *_arguments: 1 / 0)
    with pytest.raises(MarsadError, match="rule attack could not be judged: ZeroDivisionError"):
        alerts_of_one(RULES, str.casefold)(reading("a", event(score=0.9)))
