"""The real Elasticsearch for the tests of this folder."""

from elastic_prefix import elastic_access

__all__ = ["elastic_access"]
