"""What reaches standard error: one line each, and nothing that a stranger may fill it with."""

import asyncio
import logging
from collections.abc import Iterator

import pytest
from aiohttp import web

from marsad.cli import logs


@pytest.fixture
def set_up() -> Iterator[None]:
    """The root logger as the command line sets it up, and as it was."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.set_up(verbose=False)
    yield
    root.handlers[:] = before
    root.setLevel(level)


async def breaks(_request: web.Request) -> web.Response:
    raise KeyError("of our own")


async def ask(*requests: bytes) -> list[bytes]:
    app = web.Application()
    app.router.add_get("/breaks", breaks)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    answers = []
    for request in requests:
        reader, writer = await asyncio.open_connection(*runner.addresses[0][:2])
        writer.write(request)
        answers.append(await reader.readline())
        writer.close()
        await writer.wait_closed()
    await runner.cleanup()
    return answers


@pytest.mark.usefixtures("set_up")
def test_what_is_no_http_leaves_no_traceback_and_a_defect_does(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(verbose=False)
    answers = asyncio.run(ask(b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00 x\r\n\r\n"))
    assert [b" 400 " in answer for answer in answers] == [True, True]
    assert capsys.readouterr().err == ""
    (answer,) = asyncio.run(ask(b"GET /breaks HTTP/1.1\r\nHost: x\r\n\r\n"))
    assert b" 500 " in answer
    assert "of our own" in capsys.readouterr().err
