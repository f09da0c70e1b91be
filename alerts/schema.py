"""JSON Schemas of the rule and routes files, for editors that complete and check YAML."""

from typing import Any

from alerts.rules import RoutesFile, RuleFile


def rule_file_schema() -> dict[str, Any]:
    """The schema of a file of rules."""
    return _named(RuleFile.model_json_schema(), "Marsad rules")


def routes_file_schema() -> dict[str, Any]:
    """The schema of the file of receivers and routes."""
    return _named(RoutesFile.model_json_schema(), "Marsad routes")


def _named(schema: dict[str, Any], title: str) -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": title}
