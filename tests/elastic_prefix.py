"""A prefix of its own in the real Elasticsearch for each test: its indices and templates are gone when it ends."""

import asyncio
import os
from itertools import count

import pytest

from stream.index.elastic_client import ElasticClient
from stream.index.elastic_settings import ElasticAccess

_number = count()


@pytest.fixture
def elastic_access(elastic):
    access = ElasticAccess(urls=(elastic.url,), prefix=f"test{os.getpid()}x{next(_number)}-", replicas=0)
    yield access
    asyncio.run(_clear(access))


async def _clear(access):
    async with ElasticClient(access) as client:
        for index in await client.get(f"/{access.prefix}*/_settings/index.uuid"):
            await client.send("DELETE", f"/{index}")
        for kind, key in (("index", "index_templates"), ("component", "component_templates")):
            for template in (await client.get(f"/_{kind}_template"))[key]:
                if template["name"].startswith(access.prefix):
                    await client.send("DELETE", f"/_{kind}_template/{template['name']}")
