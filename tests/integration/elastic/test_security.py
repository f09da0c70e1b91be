"""Users and roles on a real Elasticsearch: the privileges that docs/operations.md lists, and no others."""

import asyncio
import json
import logging
import re
from pathlib import Path

import pytest
from integration.elastic.samples import NOON, article, parked, put, searched, set_up
from servers.elastic_config import Account
from unit.marsad.cli_runs import run

from stream.index.elastic_client import ElasticClient
from stream.index.elastic_errors import ElasticError
from stream.index.elastic_migrate import Migration, retain
from stream.index.elastic_search import search
from stream.index.elastic_settings import ElasticAccess
from stream.index.elastic_setup import check_version, check_writer
from stream.index.protocol import Query

CANARY = "c4n4ry-p4ssw0rd"
PAGE = (Path(__file__).parents[3] / "docs" / "operations.md").read_text("utf-8")
_ROLE = re.compile(r"^PUT /_security/role/([\w-]+)\n(\{.+?^\})", re.MULTILINE | re.DOTALL)
ROLES = {name: json.loads(body) for name, body in _ROLE.findall(PAGE)}


_INDEX = ROLES["marsad-index"]
ROLES["marsad-index-unmanaged"] = {
    **_INDEX,
    "indices": [one for one in _INDEX["indices"] if "manage" not in one["privileges"]],
}


@pytest.fixture
def secure(start_elastic):
    """Role → how its user gets in."""
    accounts = [Account("admin", "admin-password"), *(Account(role, CANARY, (role,)) for role in ROLES)]
    server = start_elastic(accounts=accounts, roles=ROLES)
    passwords = {"admin": "admin-password"} | dict.fromkeys(ROLES, CANARY)
    return {
        name: ElasticAccess(urls=(server.url,), replicas=0, keep_months=1, user=name, password=password)
        for name, password in passwords.items()
    }


def asking(access, work):
    async def whole():
        async with ElasticClient(access) as client:
            return await work(client)

    return asyncio.run(whole())


def test_each_part_needs_what_is_listed_and_no_more(secure, caplog, tmp_path, monkeypatch):
    caplog.set_level(logging.DEBUG)
    setup, index, reader = (secure[f"marsad-{name}"] for name in ("setup", "index", "search"))
    asking(setup, check_version)
    asking(setup, lambda client: set_up(client, setup))
    asking(index, lambda client: check_writer(client, index, NOON))
    later = NOON.replace(month=12)
    batch = [article("a"), article("b", at=later), article("a", "edited", revision=2, at=later), parked("p")]
    assert asyncio.run(put(index, batch)) == []
    assert asyncio.run(put(index, [article("old", at=NOON.replace(month=1))])) == []
    assert asking(setup, lambda client: retain(client, setup, NOON, check=False)) == ["marsad-articles-2026.01-v1"]
    found = asking(secure["admin"], lambda client: searched(client, setup, "articles"))
    assert set(found) == {"a", "b"}
    assert {one.article_id for one in asking(reader, lambda client: search(client, "marsad-", Query()))} == {"a", "b"}
    told = []
    assert asking(setup, lambda client: Migration(client, "marsad-", told.append, version=2).run(drop_old=True)) == 7

    unmanaged = secure["marsad-index-unmanaged"]
    assert asyncio.run(put(unmanaged, [article("u", at=later), parked("u")])) == []
    with pytest.raises(ElasticError, match=r"a privilege is missing: action \[indices:admin/"):
        asyncio.run(put(unmanaged, [article("u2", at=later.replace(year=2027))]))

    for access in (reader, index):
        with pytest.raises(ElasticError, match=r"a privilege is missing: action .* is unauthorized for user \[marsad-"):
            asking(access, lambda client, access=access: set_up(client, access))
    with pytest.raises(ElasticError, match="a privilege is missing"):
        asyncio.run(put(reader, [article("c")]))
    with pytest.raises(ElasticError, match="does not accept the login"):
        asking(ElasticAccess(urls=setup.urls, user="marsad-setup", password="wrong"), check_version)

    monkeypatch.setenv("PASSWORD", CANARY)
    monkeypatch.setenv("WHO", "marsad-search")
    login = "user: {env: WHO}, password: {env: PASSWORD}"
    (tmp_path / "marsad.yaml").write_text(f"elasticsearch: {{url: '{setup.urls[0]}', {login}}}\n")
    done = run("search", "edited", "--json", "--dir", str(tmp_path))
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == ["a"]
    refused = run("elastic", "setup", str(tmp_path))
    assert (refused.code, "a privilege is missing" in refused.err) == (1, True)
    everything = json.dumps(found) + caplog.text + "".join(told) + done.err + refused.err + refused.out
    assert CANARY not in everything
