"""A Faust worker as its tutorials write one, beside ours in the same run: `textbook.py BROKER PREFIX`.

The same reader, one article after the other, sends that are not looked at. It loses messages when it
is killed or Kafka refuses one; ours does not. What that costs is the ratio that `make bench-scaled` prints.
"""

import sys

import faust

from marsad.codec import decode_article, encode
from marsad.log import ReadingRecord
from stream.reading.reader import Reader


def app_of(broker: str, prefix: str) -> faust.App:
    app = faust.App(f"{prefix}textbook", broker=f"kafka://{broker}", web_enabled=False, topic_disable_leader=True)
    articles = app.topic(f"{prefix}articles", value_type=bytes, value_serializer="raw")
    log = app.topic(f"{prefix}textbook", value_type=bytes, value_serializer="raw")
    reader = Reader.packaged()

    @app.agent(articles)
    async def read(stream: faust.Stream[bytes]) -> None:
        async for body in stream:
            await log.send(value=encode(ReadingRecord(reading=reader.read(decode_article(body)))))

    return app


if __name__ == "__main__":
    faust.Worker(app_of(sys.argv[1], sys.argv[2]), loglevel="error", quiet=True).execute_from_commandline()
