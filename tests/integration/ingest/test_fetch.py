import asyncio
import gzip
import socket
import threading
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from hostile.local_site import LOCAL, Site, serving

from ingest.config import FetchConfig
from ingest.fetch import Fetcher
from ingest.fetched import Failed, Failure, Fetched, FetchRequest, NotModified

Result = Fetched | NotModified | Failed


def fetched(
    prepare: Callable[[Site], None], path: str = "/feed", config: FetchConfig = LOCAL, **conditions: str
) -> tuple[Result, Site]:
    async def run() -> tuple[Result, Site]:
        async with serving() as site, Fetcher(config) as fetcher:
            prepare(site)
            return await fetcher.fetch(FetchRequest(slug="a", url=site.url(path), **conditions)), site

    return asyncio.run(asyncio.wait_for(run(), 60))


def redirect(target: str, status: int = 302) -> Callable[[Site], None]:
    return lambda site: site.give("/feed", b"", status, Location=target.replace("PORT", str(site.port)))


MATRIX = [
    "http://127.0.0.1:{port}/feed",
    "http://localhost:{port}/feed",
    "http://0x7f000001:{port}/feed",
    "http://2130706433:{port}/feed",
    "http://0177.0.0.1:{port}/feed",
    "http://127.1:{port}/feed",
    "http://0.0.0.0:{port}/feed",
    "http://[::1]:{port}/feed",
    "http://[::ffff:127.0.0.1]:{port}/feed",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1:{port}/",
    "http://100.64.0.1:{port}/",
    "http://user:pw@127.0.0.1:{port}/",
    "file:///etc/hostname",
    "ftp://127.0.0.1:{port}/feed",
    "gopher://127.0.0.1:{port}/feed",
]


@pytest.mark.parametrize("url", MATRIX)
def test_no_private_address_is_ever_connected_to(url: str) -> None:
    async def run() -> None:
        async with serving("127.0.0.1") as site, Fetcher(FetchConfig()) as fetcher:
            site.give("/feed", b"secret")
            result = await fetcher.fetch(FetchRequest(slug="a", url=url.format(port=site.port)))
            assert isinstance(result, Failed)
            assert site.connections == 0
            assert "pw" not in result.reason

    asyncio.run(asyncio.wait_for(run(), 30))


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.2:PORT/secret", "http://169.254.169.254/", "file:///etc/hostname", "http://localhost:PORT/secret"],
)
def test_no_redirect_leads_to_where_it_may_not(target: str) -> None:
    config = FetchConfig.model_validate({"allow_networks": ["127.0.0.1/32"], "timeout": "5s"})
    if "localhost" in target:
        target = target.replace("localhost", "127.0.0.3")
    result, site = fetched(redirect(target), config=config)
    assert isinstance(result, Failed)
    assert result.failure is Failure.REFUSED
    assert site.connections == 1


def test_validators_are_sent_and_a_304_is_told() -> None:
    seen: list[web.Request] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request)
        return web.Response(status=304, headers={"Last-Modified": "later", "Cache-Control": "max-age=9"})

    result, _ = fetched(lambda site: site.answers.update({"/feed": answer}), etag='"e"', last_modified="then")
    assert isinstance(result, NotModified)
    assert (result.last_modified, result.hints.max_age) == ("later", 9)
    assert (seen[0].headers["If-None-Match"], seen[0].headers["If-Modified-Since"]) == ('"e"', "then")


def test_a_200_with_its_headers() -> None:
    result, _ = fetched(lambda site: site.give("/feed", b"body", ETag='"e"', Last_Modified="then"), "/feed?x=1")
    assert isinstance(result, Fetched)
    assert (result.body, result.etag, result.last_modified) == (b"body", '"e"', "then")
    assert result.base.endswith("/feed")


def test_expires_0_means_no_validators() -> None:
    result, _ = fetched(lambda site: site.give("/feed", b"body", ETag='"e"', Expires="0"))
    assert isinstance(result, Fetched)
    assert result.etag == ""


def test_a_redirect_is_followed_and_its_end_is_the_base() -> None:
    def prepare(site: Site) -> None:
        site.give("/feed", b"", 301, Location="/moved/feed")
        site.give("/moved/feed", b"body")

    result, _ = fetched(prepare)
    assert isinstance(result, Fetched)
    assert result.base.endswith("/moved/feed")


def test_redirects_end() -> None:
    result, site = fetched(redirect("/feed"))
    assert isinstance(result, Failed)
    assert "more than 5 redirects" in result.reason
    assert len(site.requests) == 6


@pytest.mark.parametrize(("host", "sent"), [("127.0.0.1", True), ("127.0.0.2", False)])
def test_credentials_stay_with_their_origin(host: str, sent: bool) -> None:
    async def run() -> None:
        async with serving("0.0.0.0") as site, Fetcher(LOCAL) as fetcher:
            site.give("/feed", b"", 302, Location=f"http://{host}:{site.port}/end")
            site.give("/end", b"body")
            url = site.url("/feed").replace("http://", "http://user:pw@")
            assert isinstance(await fetcher.fetch(FetchRequest(slug="a", url=url)), Fetched)
            first, second = (request.headers.get("Authorization") for request in site.requests)
            assert first
            assert bool(second) is sent

    asyncio.run(asyncio.wait_for(run(), 30))


def test_a_gzip_bomb_is_stopped_at_the_limit() -> None:
    bomb = gzip.compress(b"\x00" * 200_000_000, 1)
    result, _ = fetched(lambda site: site.give("/feed", bomb, Content_Encoding="gzip"))
    assert isinstance(result, Failed)
    assert result.failure is Failure.TOO_LARGE


def test_gzip_is_read() -> None:
    result, _ = fetched(lambda site: site.give("/feed", gzip.compress(b"body"), Content_Encoding="gzip"))
    assert isinstance(result, Fetched)
    assert result.body == b"body"


def _slowly(chunk: bytes) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(1000):
            await response.write(chunk)
            await asyncio.sleep(0.05)
        return response

    return answer


def test_a_drip_is_cut_off_at_the_deadline() -> None:
    config = LOCAL.model_copy(update={"timeout": LOCAL.timeout / 5})
    result, _ = fetched(lambda site: site.answers.update({"/feed": _slowly(b"x")}), config=config)
    assert isinstance(result, Failed)
    assert (result.failure, result.reason) == (Failure.TIMEOUT, "not fetched within 1 s")


def test_an_endless_body_is_cut_off_at_the_limit() -> None:
    result, _ = fetched(lambda site: site.answers.update({"/feed": _slowly(b"x" * 1_000_000)}))
    assert isinstance(result, Failed)
    assert result.failure is Failure.TOO_LARGE


@pytest.mark.parametrize(
    ("status", "failure"), [(410, Failure.GONE), (429, Failure.LIMITED), (503, Failure.LIMITED), (500, Failure.STATUS)]
)
def test_a_status_is_a_reason(status: int, failure: Failure) -> None:
    result, _ = fetched(lambda site: site.give("/feed", b"", status, Retry_After="120"))
    assert isinstance(result, Failed)
    assert (result.failure, result.hints.retry_after) == (failure, 120)


def test_a_host_that_hangs_up_is_a_reason_without_the_url() -> None:
    async def hang_up(request: web.Request) -> web.Response:
        assert request.transport
        request.transport.abort()
        return web.Response()

    result, _ = fetched(lambda site: site.answers.update({"/feed": hang_up}), "/feed?token=s3cret")
    assert isinstance(result, Failed)
    assert result.failure is Failure.NETWORK
    assert "s3cret" not in result.reason


def test_one_host_gets_two_requests_at_a_time() -> None:
    running: list[int] = [0, 0]

    async def answer(_request: web.Request) -> web.Response:
        running[0] += 1
        running[1] = max(running)
        await asyncio.sleep(0.05)
        running[0] -= 1
        return web.Response(body=b"x")

    async def run() -> None:
        async with serving() as site, Fetcher(LOCAL) as fetcher:
            site.answers["/feed"] = answer
            request = FetchRequest(slug="a", url=site.url("/feed"))
            results = await asyncio.gather(*(fetcher.fetch(request) for _ in range(8)))
            assert all(isinstance(result, Fetched) for result in results)

    asyncio.run(asyncio.wait_for(run(), 30))
    assert running[1] == 2


RAW = {
    "validators": b'HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=\xff\r\nETag: "\xff"\r\nLast-Modified: \xfe\r\n'
    b"Content-Length: 1\r\nConnection: close\r\n\r\nx",
    "304": b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n",
}


def raw(answer: bytes, **conditions: str) -> Result:
    """What comes of bytes that no decent server sends."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async def run() -> Result:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server, Fetcher(LOCAL) as fetcher:
            port = server.sockets[0].getsockname()[1]
            return await fetcher.fetch(FetchRequest(slug="a", url=f"http://127.0.0.1:{port}/", **conditions))

    return asyncio.run(asyncio.wait_for(run(), 30))


def test_headers_of_no_known_encoding_are_kept_out_of_the_store() -> None:
    result = raw(RAW["validators"])
    assert isinstance(result, Fetched)
    assert (result.etag, result.last_modified) == ("", "")
    assert result.content_type == "text/xml; charset="


def test_not_modified_is_believed_only_where_it_was_asked_for() -> None:
    assert isinstance(raw(RAW["304"], etag='"1"'), NotModified)
    result = raw(RAW["304"])
    assert isinstance(result, Failed)
    assert "without conditions" in result.reason


def test_names_that_do_not_resolve_hold_up_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = threading.Event()

    def blocking(*_: object) -> list[object]:
        answer.wait(30)
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    async def run() -> None:
        async with Fetcher(LOCAL) as fetcher:
            requests = [FetchRequest(slug="a", url=f"http://dead{n}.example/") for n in range(40)]
            fetches = [asyncio.create_task(fetcher.fetch(request)) for request in requests]
            await asyncio.sleep(0)
            try:
                assert await asyncio.wait_for(asyncio.to_thread(int, "1"), 10) == 1
            finally:
                answer.set()
            results = await asyncio.gather(*fetches)
            assert {result.failure for result in results if isinstance(result, Failed)} == {Failure.NETWORK}

    monkeypatch.setattr(socket, "getaddrinfo", blocking)
    asyncio.run(asyncio.wait_for(run(), 60))
