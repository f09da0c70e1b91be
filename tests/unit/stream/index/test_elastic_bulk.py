"""What becomes of each answer that Elasticsearch may give to a write."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from unit.stream.index.elastic_answers import Answers, article, refused, story

from stream.index.elastic_bulk import ElasticBulk
from stream.index.elastic_errors import EXISTS, ElasticError, UnreachableError
from stream.index.elastic_indices import Kind, Place
from stream.index.elastic_lines import MOST_BYTES
from stream.index.elastic_operation import Operation
from stream.index.elastic_patience import Patience

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


class Time:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now = NOON
        self.slept = []

    def clock(self):
        return self.now

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def time():
    return Time()


def writer(answers, time):
    return ElasticBulk(answers, "m-", Patience(time.clock, time.sleep, lambda: 1.0))


def put(answers, operations, time=None):
    return asyncio.run(writer(answers, time or Time()).put(operations))


def test_everything_is_taken_in_one_request(time):
    answers = Answers([[200, 201]])
    bulk = writer(answers, time)
    assert asyncio.run(bulk.put([story("a"), story("b")])) == []
    assert answers.bulks == [["a", "b"]]
    assert (bulk.counts.taken, bulk.counts.known, bulk.counts.rejected) == (2, 0, 0)
    assert bulk.trouble is None


def test_nothing_to_write_asks_nothing():
    answers = Answers()
    assert put(answers, []) == []
    assert (answers.bulks, answers.asked) == ([], [])


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_only_the_busy_items_are_sent_again_after_a_wait(time, status):
    answers = Answers([[200, (status, "busy", "later"), 200], [(status, "busy", "later")], [201]])
    assert put(answers, [story("a"), story("b"), story("c")], time) == []
    assert answers.bulks == [["a", "b", "c"], ["b"], ["b"]]
    assert time.slept == [0.25, 0.5]


def test_a_blocked_index_is_waited_for(time):
    blocked = (403, "cluster_block_exception", "index [m-stories-v1] blocked by: [FORBIDDEN/8/index write (api)]")
    assert put(Answers([[blocked], [200]]), [story("a")], time) == []
    assert len(time.slept) == 1


def test_an_unreachable_server_is_waited_for_without_end_and_then_all_is_well(time):
    answers = Answers([UnreachableError("no answer")] * 60 + [200])
    bulk = writer(answers, time)
    assert asyncio.run(bulk.put([story("a")])) == []
    assert len(answers.bulks) == 61
    assert max(time.slept) == 15.0
    assert bulk.trouble is None


def test_trouble_is_shown_while_it_lasts_and_told_once_a_minute(time, caplog):
    answers = Answers([UnreachableError("no answer")] * 20 + [200])
    bulk = writer(answers, time)
    shown = []

    async def sleep(seconds):
        shown.append(bulk.trouble)
        await time.sleep(seconds)

    bulk._patience._sleep = sleep
    asyncio.run(bulk.put([story("a")]))
    assert {one.since for one in shown} == {NOON}
    told = [record.message for record in caplog.records]
    minutes = sum(time.slept) / 60
    assert told[0] == "search index stands still since 12:00:00, alerts go on: no answer"
    assert len([one for one in told if "stands still" in one]) == pytest.approx(minutes + 1, abs=1)
    assert told[-1].startswith("search index goes on, after")


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, "strict_dynamic_mapping_exception"), (400, "document_parsing_exception"), (413, "too_large")],
)
def test_what_will_never_be_taken_comes_back_with_its_reason_and_the_rest_is_stored(status, kind):
    operations = [story("a"), story("b"), story("c"), story("d")]
    (first, second) = put(Answers([[200, (status, kind, "no\nway"), 200, (status, kind, "never")]]), operations)
    assert [first.operation, second.operation] == [operations[1], operations[3]]
    assert (first.reason, second.reason) == (f"{kind}: no way", f"{kind}: never")


def test_a_conflict_is_a_document_that_is_there_already_or_newer(time):
    bulk = writer(Answers([[(409, "version_conflict_engine_exception", "newer"), 200]]), time)
    assert asyncio.run(bulk.put([story("a"), story("b")])) == []
    assert (bulk.counts.known, bulk.counts.taken) == (1, 1)


def test_what_was_deleted_already_is_no_trouble():
    gone = Operation(place=Place(Kind.PARKED), id="p", version=5, document=None)
    answers = Answers([[404]])
    assert put(answers, [gone]) == []
    assert ("PUT", "/m-parked-v1") in [asked[:2] for asked in answers.asked], "or the delete would make an index"


MISSING = (404, "index_not_found_exception", "no such index")


def test_a_new_months_index_is_made_with_its_first_document():
    answers = Answers([[MISSING], [201]])
    assert put(answers, [article("a", month="2026.12")]) == []
    ((_, path, body),) = [asked for asked in answers.asked if asked[0] == "PUT"]
    assert path == "/m-articles-2026.12-v1"
    assert set(body["aliases"]) == {"m-articles-2026.12", "m-articles"}
    assert body["mappings"]["dynamic"] == "strict"


def test_another_writer_may_have_made_it_first():
    made = {("PUT", "/m-stories-v1"): refused(400, EXISTS, "already exists")}
    assert put(Answers([[MISSING], [201]], made), [story("a")]) == []


def test_a_month_that_was_dropped_meanwhile_is_made_anew(time):
    answers = Answers([[MISSING], [201], [MISSING], [201]])
    bulk = writer(answers, time)

    async def twice():
        return [await bulk.put([article(key, month="2025.01")]) for key in "ab"]

    assert asyncio.run(twice()) == [[], []]
    assert [asked[0] for asked in answers.asked].count("PUT") == 2


def test_an_index_without_its_alias_is_for_the_operator():
    with pytest.raises(ElasticError, match="alias m-stories is missing although its index is there"):
        put(Answers([[MISSING], [MISSING]]), [story("a")])


def test_a_missing_privilege_is_for_the_operator():
    unauthorised = (403, "security_exception", "action [indices:data/write] is unauthorized for user [x]")
    with pytest.raises(ElasticError, match="a privilege is missing: action"):
        put(Answers([[unauthorised]]), [story("a")])
    with pytest.raises(ElasticError, match="login"):
        put(Answers([ElasticError("does not accept the login")]), [story("a")])


def test_a_request_that_is_refused_as_a_whole_is_halved_until_the_one_at_fault_is_found():
    whole = refused(400, "action_request_validation_exception", "id too long")
    answers = Answers([whole, 200, whole, 200, whole])
    operations = [story(key) for key in "abcd"]
    (rejected,) = put(answers, operations)
    assert answers.bulks == [["a", "b", "c", "d"], ["a", "b"], ["c", "d"], ["c"], ["d"]]
    assert (rejected.operation, rejected.kind) == (operations[3], "mapping")
    (rejected,) = put(Answers([refused(413, "", "too large")]), [story("a")])
    assert rejected.kind == "size"


def test_an_answer_that_is_not_about_all_documents_is_not_believed():
    with pytest.raises(ElasticError, match="answered 1 of 2 items"):
        put(Answers([[200]]), [story("a"), story("b")])


def test_chunks_are_bounded_by_documents_and_bytes():
    answers = Answers()
    put(answers, [story(f"n{number}") for number in range(1_203)])
    assert [len(bulk) for bulk in answers.bulks] == [500, 500, 203]
    answers = Answers()
    put(answers, [story(key, text="x" * (MOST_BYTES // 2)) for key in "abc"] + [story("d", text="x" * MOST_BYTES * 2)])
    assert sorted(map(tuple, answers.bulks)) == [("a",), ("b",), ("c",), ("d",)]


def test_what_json_cannot_hold_is_replaced_and_a_number_beyond_it_rejected():
    broken, huge = story("a", text="x\ud800y", deep=[{"z": "\udfff"}]), story("b", number=2**70)
    answers = Answers()
    (rejected,) = put(answers, [broken, huge, story("c")])
    assert (rejected.operation, rejected.kind) == (huge, "encoding")
    assert answers.bulks == [["a", "c"]]


def test_an_error_ends_what_is_in_flight():
    running = []

    class Hanging(Answers):
        async def bulk(self, lines, params):
            if not self.bulks:
                return await super().bulk(lines, params)
            running.append(1)
            try:
                await asyncio.Event().wait()
            finally:
                running.pop()

    with pytest.raises(ElasticError, match="gone"):
        put(Hanging([ElasticError("gone")]), [story(f"n{number}") for number in range(2_000)])
    assert running == []


def test_one_put_waits_for_the_other():
    class Slow(Answers):
        async def bulk(self, lines, params):
            answer = await super().bulk(lines, params)
            await asyncio.sleep(0)
            self.bulks.append("answered")
            return answer

    answers = Slow()

    async def both():
        bulk = writer(answers, Time())
        await asyncio.gather(*(bulk.put([story(key)]) for key in "abc"))

    asyncio.run(both())
    assert answers.bulks == [["a"], "answered", ["b"], "answered", ["c"], "answered"]
