"""`marsad elastic setup`, `retain`, and a writer's check at its start, on a real Elasticsearch."""

import asyncio
from datetime import timedelta

import pytest
from integration.elastic.samples import DOCUMENTS, NOON, article, put, run, searched, set_up
from unit.marsad.cli_runs import run as command

from marsad.story import Story
from stream.index.elastic_client import ElasticClient
from stream.index.elastic_errors import ElasticError
from stream.index.elastic_migrate import retain
from stream.index.elastic_settings import ElasticAccess
from stream.index.elastic_setup import check_version, check_writer, plan

STORY = Story(
    id="s-1",
    version=1,
    title="Gao",
    language="fr",
    opened_at=NOON,
    updated_at=NOON,
    members=("a",),
    families=("f",),
    languages=("fr",),
)


def asking(access, work):
    """``await work(client)`` on a server as it is."""

    async def whole():
        async with ElasticClient(access) as client:
            return await work(client)

    return asyncio.run(whole())


def with_changes(access, **fields):
    return ElasticAccess(urls=access.urls, **{"prefix": access.prefix, "replicas": 0, **fields})


def test_what_is_missing_is_told_put_there_and_then_nothing_is(elastic_access):
    async def work(client):
        assert await check_version(client) == "9.2.0"
        before = await plan(client, elastic_access, NOON)
        await set_up(client, elastic_access)
        return before, await plan(client, elastic_access, NOON)

    before, after = asking(elastic_access, work)
    assert [step.what for step in before.steps] == [
        f"{what} {elastic_access.prefix}{name}"
        for what, name in (
            ("component template", "settings-v1"),
            ("component template", "common-v1"),
            *(("index template", f"{kind}-v1") for kind in ("articles", "stories", "alerts", "ledger", "parked")),
            ("index", "articles-2026.11-v1"),
            ("index", "articles-2026.12-v1"),
            ("index", "stories-v1"),
            ("index", "alerts-v1"),
            ("index", "ledger-2026.11-v1"),
            ("index", "ledger-2026.12-v1"),
            ("index", "parked-v1"),
        )
    ]
    assert (after.steps, after.problems) == ((), ())
    assert before.problems == ()


def test_a_writer_may_start_only_when_it_is_set_up(elastic_access):
    with pytest.raises(ElasticError, match=r"index .*stories-v1 is missing: run `marsad elastic setup`"):
        asking(elastic_access, lambda client: check_writer(client, elastic_access, NOON))
    run(elastic_access, lambda client: check_writer(client, elastic_access, NOON))


def test_more_copies_are_told_and_set(elastic_access):
    changed = with_changes(elastic_access, replicas=1)

    async def work(client):
        found = await plan(client, changed, NOON)
        await set_up(client, changed)
        return found, await plan(client, changed, NOON)

    found, after = run(elastic_access, work)
    assert [step.what for step in found.steps if "copies" in step.what] == [
        f"1 copies of {elastic_access.prefix}{name}"
        for name in (
            "alerts-v1",
            *(f"{kind}-2026.{month}-v1" for kind in ("articles", "ledger") for month in (11, 12)),
            "parked-v1",
            "stories-v1",
        )
    ]
    assert after.steps == ()


def problems(access, work):
    async def whole(client):
        await work(client)
        return (await plan(client, access, NOON)).problems

    return asking(access, whole)


def test_a_template_of_others_with_our_name_is_left_alone_and_told(elastic_access):
    name = f"{elastic_access.prefix}stories-v1"
    theirs = {"index_patterns": [f"{elastic_access.prefix}nothing-*"]}
    (problem,) = problems(elastic_access, lambda client: client.send("PUT", f"/_index_template/{name}", theirs))
    assert problem == f"the index template {name} is not Marsad's: delete it, or write another elasticsearch.prefix"


def test_a_template_that_would_win_is_told(elastic_access):
    name = f"{elastic_access.prefix}theirs"
    theirs = {"index_patterns": [f"{elastic_access.prefix}*"], "priority": 900}
    (problem,) = problems(elastic_access, lambda client: client.send("PUT", f"/_index_template/{name}", theirs))
    assert problem.startswith(f"the index template {name} would be taken in place of Marsad's: lower its priority")


def test_an_index_where_an_alias_belongs_is_told(elastic_access):
    name = f"{elastic_access.prefix}stories"
    (problem,) = problems(elastic_access, lambda client: client.send("PUT", f"/{name}"))
    assert problem == f"{name} is an index, where an alias belongs: rename it by a copy, or delete it"


def test_an_alias_that_was_taken_away_is_put_back(elastic_access):
    prefix = elastic_access.prefix

    async def work(client):
        gone = [{"remove": {"index": f"{prefix}stories-v1", "alias": f"{prefix}stories"}}]
        await client.send("POST", "/_aliases", {"actions": gone})
        with pytest.raises(ElasticError, match=r"alias .*stories is missing although its index is there: run `marsad"):
            await put(elastic_access, [DOCUMENTS.story(STORY)])
        found = await plan(client, elastic_access, NOON)
        await set_up(client, elastic_access)
        return [step.what for step in found.steps], await put(elastic_access, [DOCUMENTS.story(STORY)])

    assert run(elastic_access, work) == ([f"alias {prefix}stories"], [])


def test_an_alias_of_others_is_told(elastic_access):
    prefix = elastic_access.prefix
    body = {"aliases": {f"{prefix}stories": {}}}
    (problem,) = problems(elastic_access, lambda client: client.send("PUT", f"/{prefix}elsewhere", body))
    assert problem == f"the alias {prefix}stories is not Marsad's: it names {prefix}elsewhere: remove it"


def test_an_index_that_would_lose_writes_in_a_crash_is_told_and_no_writer_starts(elastic_access):
    async def work(client):
        name = f"{elastic_access.prefix}alerts-v1"
        await client.send("PUT", f"/{name}/_settings", {"index": {"translog": {"durability": "async"}}})
        found = (await plan(client, elastic_access, NOON)).problems
        with pytest.raises(ElasticError, match="would lose acknowledged documents in a crash"):
            await check_writer(client, elastic_access, NOON)
        return found

    (problem,) = run(elastic_access, work)
    assert problem.endswith("(index.translog.durability is async): set it to request")


def test_an_index_of_another_mapping_says_what_to_run(elastic_access):
    async def work(client):
        newer = (await plan(client, elastic_access, NOON, version=2)).problems
        body = {"aliases": {f"{elastic_access.prefix}articles": {}}}
        await client.send("PUT", f"/{elastic_access.prefix}articles-2020.01-v0", body)
        with pytest.raises(
            ElasticError, match=r"articles-2020.01-v0 has an older mapping: run `marsad elastic migrate`"
        ):
            await check_writer(client, elastic_access, NOON)
        await client.send("DELETE", f"/{elastic_access.prefix}articles-2020.01-v0")
        await client.send("DELETE", f"/{elastic_access.prefix}stories-v1")
        await client.send(
            "PUT", f"/{elastic_access.prefix}stories-v3", {"aliases": {f"{elastic_access.prefix}stories": {}}}
        )
        return newer, (await plan(client, elastic_access, NOON)).problems

    newer, older = run(elastic_access, work)
    assert f"{elastic_access.prefix}alerts-v1 has an older mapping: run `marsad elastic migrate`" in newer
    assert older == (f"{elastic_access.prefix}stories-v3 was made by a newer Marsad: upgrade this one",)


def test_whole_old_months_are_dropped_and_no_other(elastic_access):
    keeping = with_changes(elastic_access, keep_months=2)
    months = [NOON - timedelta(days=30 * back) for back in range(5)]

    async def work(client):
        await put(elastic_access, [article(f"a{at:%m}", at=at) for at in months])
        would = await retain(client, keeping, NOON, check=True)
        still = set(await searched(client, elastic_access, "articles"))
        dropped = await retain(client, keeping, NOON, check=False)
        again = await retain(client, keeping, NOON, check=False)
        return would, still, dropped, again, set(await searched(client, elastic_access, "articles"))

    would, still, dropped, again, left = run(elastic_access, work)
    assert would == dropped == [f"{elastic_access.prefix}articles-2026.{month}-v1" for month in ("07", "08")]
    assert len(still) == 5
    assert (again, left) == ([], {"a11", "a10", "a09"})


def test_the_command_says_what_it_does_and_ends_accordingly(elastic_access, tmp_path):
    section = f"url: '{elastic_access.urls[0]}', prefix: {elastic_access.prefix}, replicas: 0, keep_months: 2"
    (tmp_path / "marsad.yaml").write_text(f"elasticsearch: {{{section}}}\n")

    def ran(*words):
        done = command("elastic", *words, str(tmp_path))
        return done.code, done.out.splitlines(), done.err

    code, out, err = ran("setup", "--check")
    assert (code, len(out)) == (1, 14)
    assert all(line.startswith("missing: ") for line in out)
    assert err == "marsad: 14 missing or out of date: run `marsad elastic setup`\n"
    code, out, err = ran("setup")
    assert (code, err, out[-1]) == (0, "", "Elasticsearch 9.2.0 is ready (tested with 9.2.0)")
    assert [line.partition(":")[0] for line in out[:-1]] == ["set up"] * 14
    assert ran("setup", "--check") == (0, ["Elasticsearch 9.2.0 is ready (tested with 9.2.0)"], "")
    assert ran("migrate") == (0, ["nothing to migrate: every index has this Marsad's mapping"], "")
    assert ran("retain") == (0, ["nothing is old enough to be dropped"], "")
    asking(elastic_access, lambda client: client.send("PUT", f"/{elastic_access.prefix}articles-1999.12-v1"))
    name = f"{elastic_access.prefix}articles-1999.12-v1"
    assert ran("retain", "--check") == (0, [f"would drop: {name}"], "")
    assert ran("retain") == (0, [f"dropped: {name}"], "")
    theirs = {"index_patterns": [f"{elastic_access.prefix}*"], "priority": 900}
    asking(elastic_access, lambda client: client.send("PUT", f"/_index_template/{elastic_access.prefix}z", theirs))
    code, out, err = ran("setup")
    assert (code, out) == (1, [])
    assert err.startswith(f"problem: the index template {elastic_access.prefix}z would be taken in place")
    assert err.endswith("marsad: 1 to be mended first: nothing was changed\n")


def test_what_is_kept_must_be_said(elastic_access):
    with pytest.raises(ElasticError, match=r"write elasticsearch.keep_months"):
        asking(elastic_access, lambda client: retain(client, elastic_access, NOON, check=True))
