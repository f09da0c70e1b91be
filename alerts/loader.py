"""Read rule and routes files into one rule set, or tell every problem of all of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TypeVar

from alerts.receivers import INLINE_URL
from alerts.rules import RoutesFile, Rule, RuleFile, RuleSet, Updates
from alerts.sense import Known, wrong_in_routes, wrong_in_rule
from alerts.values import suggestion
from marsad.errors import ConfigError, ConfigProblem
from marsad.regions import Region
from marsad.yaml_config import YamlDocument, YamlPath, read_yaml, validate

__all__ = ["SHIPPED", "Known", "load_rule_set"]

SHIPPED: Final = Path(str(files("marsad"))) / "defaults" / "rules"

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class _Found:
    """A rule and where it stands."""

    rule: Rule
    document: YamlDocument
    path: YamlPath
    shipped: bool


def load_rule_set(
    *,
    shipped: bool,
    rule_files: Sequence[Path],
    routes_file: Path | None,
    regions: Mapping[str, Region],
    known: Known,
) -> RuleSet:
    """The set of the shipped rules (if wanted), the operator's over them, receivers and routes.

    Raises ConfigError with every problem of every file.
    """
    problems: list[ConfigProblem] = []
    own = _rule_files(rule_files, problems)
    theirs = _rule_files(sorted(SHIPPED.glob("*.yaml")) if shipped else (), problems)
    found = _in_force([*_rules(theirs, shipped=True)], [*_rules(own, shipped=False)], own, problems)
    for one in found:
        problems += _placed(one.document, one.path, wrong_in_rule(one.rule, known, regions))
    routes, document = _routes(routes_file, problems)
    rules = tuple(one.rule for one in found)
    problems += _placed(document, (), wrong_in_routes(routes, rules, regions))
    updates = _updates(own, problems)
    if problems:
        raise ConfigError(dict.fromkeys(problems))
    return RuleSet(
        rules=rules,
        updates=updates,
        receivers=routes.receivers,
        routes=routes.routes,
        default=routes.default or (),
        regions=dict(regions),
    )


Files = Sequence[tuple[RuleFile, YamlDocument]]


def _rule_files(paths: Iterable[Path], problems: list[ConfigProblem]) -> Files:
    read = []
    for path in paths:
        document = _collect(problems, lambda: read_yaml(path))  # noqa: B023  called at once
        file = _collect(problems, lambda: validate(RuleFile, document)) if document else None  # noqa: B023  likewise
        if file is not None and document is not None:
            read.append((file, document))
    return read


def _rules(said: Files, *, shipped: bool) -> Iterator[_Found]:
    for file, document in said:
        for index, rule in enumerate(file.rules):
            yield _Found(rule, document, ("rules", index), shipped)


def _in_force(theirs: list[_Found], own: list[_Found], said: Files, problems: list[ConfigProblem]) -> list[_Found]:
    """Shipped rules less the disabled and the replaced, then the operator's. In the order of the files."""
    disabled = set(_disabled([one.rule.name for one in theirs], said, problems))
    first: dict[str, _Found] = {}
    for one in own:
        before = first.setdefault(one.rule.name, one)
        if before is not one:
            where = before.document.problem((*before.path, "name"), "")
            message = f"the rule {one.rule.name!r} stands twice (first at {where.file}:{where.line}): rename one"
            problems.append(one.document.problem((*one.path, "name"), message))
    return [one for one in theirs if one.rule.name not in disabled and one.rule.name not in first] + list(
        first.values()
    )


def _disabled(shipped: Sequence[str], said: Files, problems: list[ConfigProblem]) -> Iterator[str]:
    for file, document in said:
        for index, name in enumerate(file.disable):
            if name in shipped:
                yield name
                continue
            message = f"there is no shipped rule {name!r}{suggestion(name, sorted(shipped))}"
            problems.append(document.problem(("disable", index), message))


def _updates(said: Files, problems: list[ConfigProblem]) -> Updates:
    found = [(file.updates, document) for file, document in said if file.updates is not None]
    for _, document in found[1:]:
        message = f"`updates` for all rules stands already in {found[0][1].file}: keep one"
        problems.append(document.problem(("updates",), message))
    return found[0][0] or Updates() if found else Updates()


def _routes(path: Path | None, problems: list[ConfigProblem]) -> tuple[RoutesFile, YamlDocument]:
    nothing = RoutesFile(), YamlDocument("routes", None)
    if path is None:
        return nothing
    document = _collect(problems, lambda: read_yaml(path))
    if document is None:
        return nothing
    cleaned = _without_inline_urls(document, problems)
    file = _collect(problems, lambda: validate(RoutesFile, cleaned))
    return (file, document) if file is not None else nothing


def _without_inline_urls(document: YamlDocument, problems: list[ConfigProblem]) -> YamlDocument:
    """Refuse URLs in the file before any other check could repeat one in its message."""

    def clean(value: Any, path: YamlPath) -> Any:
        if isinstance(value, dict):
            return {key: clean(child, (*path, key)) for key, child in value.items()}
        if isinstance(value, list):
            return [clean(child, (*path, index)) for index, child in enumerate(value)]
        if isinstance(value, str) and len(path) > 1 and ("://" in value or path[-2] == "urls"):
            problems.append(document.problem(path, INLINE_URL))
            return {"env": "REFUSED"} if path[-2] == "urls" else "REFUSED"
        return value

    return replace(document, value=clean(document.value, ()))


def _placed(document: YamlDocument, base: YamlPath, wrong: Iterable[tuple[YamlPath, str]]) -> list[ConfigProblem]:
    return [document.problem((*base, *path), message) for path, message in wrong]


def _collect(problems: list[ConfigProblem], read: Callable[[], Part]) -> Part | None:
    """The part, or None with its problems noted, so that the next file is read all the same."""
    try:
        return read()
    except ConfigError as error:
        problems += error.problems
        return None
