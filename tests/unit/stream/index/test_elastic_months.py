"""One document an article, whatever month its revisions come in."""

import asyncio

import pytest
from unit.stream.index.elastic_answers import Answers, article, refused, story

from stream.index.elastic_months import ArticleMonths


class Server(Answers):
    """Knows which articles are in which month."""

    def __init__(self, months, **articles):
        super().__init__()
        self.months = months
        self.articles = articles

    async def send(self, method, path, body=None, params=None):
        await super().send(method, path, body, params)
        if path == "/_alias/m-articles":
            if not self.months:
                raise refused(404, "alias_missing")
            return {f"m-articles-{month}-v1": {} for month in self.months}
        docs = []
        for doc in body["docs"]:
            month = doc["_index"].removeprefix("m-articles-")
            known = month in self.articles.get(doc["_id"], ())
            docs.append({"_index": f"{doc['_index']}-v1", "_id": doc["_id"], "found": known})
        return {"docs": docs}


def months(server, *batches):
    placed = ArticleMonths(server, "m-")

    async def run():
        return [[one.place.month for one in await placed.placed(batch)] for batch in batches]

    return asyncio.run(run())


def asked(server):
    return [path for _method, path, _body in server.asked]


def test_new_articles_of_this_month_cost_no_question():
    server = Server(["2026.11"])
    assert months(server, [article("a"), story("s")], [article("b")]) == [["2026.11", ""], ["2026.11"]]
    assert asked(server) == ["/_alias/m-articles"]


def test_an_edit_goes_where_the_article_is():
    server = Server(["2026.10", "2026.11"], a=["2026.10"])
    assert months(server, [article("a", 2), article("b", 2)]) == [["2026.10", "2026.11"]]


def test_an_edit_in_the_batch_of_its_article_too():
    batch = [article("a", 1, "2026.10"), article("a", 2, "2026.11"), article("a", 3, "2026.12")]
    assert months(Server([]), batch) == [["2026.10"] * 3]


def test_a_first_revision_that_comes_late_goes_to_its_edit():
    server = Server(["2026.10", "2026.11"], a=["2026.11"])
    assert months(server, [article("a", 1, "2026.10"), article("b", 1, "2026.10")]) == [["2026.11", "2026.10"]]


def test_what_came_before_this_writer_started_counts():
    server = Server(["2026.11"], a=["2026.11"])
    assert months(server, [article("a", 1, "2026.10")]) == [["2026.11"]]


@pytest.mark.parametrize("existing", [[], ["2026.11"]])
def test_an_index_that_is_not_there_yet_holds_nothing(existing):
    assert months(Server(existing), [article("a", 4)]) == [["2026.11"]]


def test_a_month_that_was_dropped_meanwhile_holds_nothing():
    class Dropped(Server):
        async def send(self, method, path, body=None, params=None):
            if path == "/_mget":
                return {"docs": [{"_index": doc["_index"], "_id": doc["_id"]} for doc in body["docs"]]}
            return await super().send(method, path, body, params)

    assert months(Dropped(["2026.10"]), [article("a", 2)]) == [["2026.11"]]


def test_many_are_asked_for_in_bounded_requests():
    server = Server([f"2026.{number:02d}" for number in range(1, 11)])
    months(server, [article(f"n{number}", 2) for number in range(500)])
    assert asked(server).count("/_mget") == 3
