"""Names that no other test and no earlier run has used: servers keep what they were given."""

import uuid


def unique(word: str) -> str:
    """For a topic, a group, an index: ``articles`` → ``articles-3f9a1c0b``."""
    return f"{word}-{uuid.uuid4().hex[:8]}"
