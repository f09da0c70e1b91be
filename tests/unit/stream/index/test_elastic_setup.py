"""What setup would do, and what it makes of refusals."""

import asyncio
from datetime import UTC, datetime

import pytest
from unit.stream.index.elastic_answers import Answers, refused

from stream.index.elastic_errors import EXISTS, ElasticError
from stream.index.elastic_settings import ElasticAccess
from stream.index.elastic_setup import Plan, Step, apply, check_version, plan
from stream.index.elastic_templates import templates

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
ACCESS = ElasticAccess(urls=("http://x:9200",), replicas=0)
TEMPLATES = templates(ACCESS.prefix, 0)
STEP = Step("index m-x", "PUT", "/m-x", {})


def there(kind, bodies):
    key = f"{kind}_template"
    return {("GET", f"/_{key}"): {f"{key}s": [{"name": name, key: body} for name, body in bodies.items()]}}


def test_templates_that_are_there_stay_and_outdated_ones_are_put_anew():
    current = dict(TEMPLATES.components)
    outdated = {"marsad-common-v1": {"_meta": {"managed_by": "marsad", "digest": "old"}}}
    answers = Answers(other=there("component", current | outdated) | there("index", TEMPLATES.indices))
    found = asyncio.run(plan(answers, ACCESS, NOON))
    assert [step.what for step in found.steps if "template" in step.what] == ["component template marsad-common-v1"]
    assert found.problems == ()


def test_what_a_writer_made_meanwhile_is_no_trouble_and_other_refusals_name_the_step():
    found = Plan((STEP,), ())
    asyncio.run(apply(Answers(other={("PUT", "/m-x"): refused(400, EXISTS, "there")}), found))
    with pytest.raises(
        ElasticError, match=r"index m-x: Elasticsearch refused \(403 security_exception\): no privilege"
    ):
        asyncio.run(apply(Answers(other={("PUT", "/m-x"): refused(403, "security_exception", "no privilege")}), found))


@pytest.mark.parametrize(
    ("versions", "told"), [(["9.2.0"], "9.2.0"), (["9.3.1", "9.2.0", "9.2.0"], "9.2.0, 9.3.1"), (["10.0.0"], "10.0.0")]
)
def test_versions_of_all_nodes(versions, told):
    nodes = {str(number): {"version": version} for number, version in enumerate(versions)}
    assert asyncio.run(check_version(Answers(other={("GET", "/_nodes"): {"nodes": nodes}}))) == told
