"""The schemas name what the files accept, and refuse what they refuse."""

from alerts.schema import routes_file_schema, rule_file_schema


def test_conditions_and_their_codes_are_named():
    schema = rule_file_schema()
    conditions = schema["$defs"]["Conditions"]
    assert conditions["additionalProperties"] is False
    assert {"types", "regions", "toll", "text", "fresh"} <= set(conditions["properties"])
    assert "Suicide bomb" in str(schema["$defs"]["SubType"])


def test_durations_are_texts():
    assert rule_file_schema()["$defs"]["Updates"]["properties"]["every"]["type"] == "string"


def test_an_inline_url_has_no_place():
    urls = routes_file_schema()["$defs"]["Receiver"]["properties"]["urls"]
    assert urls["items"] == {"$ref": "#/$defs/SecretRef"}
