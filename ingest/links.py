"""Links: which are kept, and when two are the same. Pure."""

import re
from typing import Final

from yarl import URL

LONGEST: Final = 2_000
_TRACKING: Final = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|at_\w+|xtor|cmpid|cmp|ocid|ns_\w+|ref_?src|ref|"
    r"__twitter_impression|wt_mc|wtmc|ito|partner|rss|source|from",
    re.IGNORECASE,
)
_WEB: Final = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)


def web_link(link: str, base: str) -> str:
    """The absolute http(s) link, or nothing: no other scheme is ever shown to anyone."""
    try:
        absolute = URL(base).join(URL(link.strip())) if link.strip() else None
        if absolute is None or absolute.scheme not in ("http", "https") or not absolute.host:
            return ""
        text = str(absolute.with_user(None))
    except (ValueError, LookupError):  # the second for a host in punycode that none can decode
        return ""
    return text if len(text) <= LONGEST else ""


def link_key(link: str) -> str:
    """Equal for links to one page: without scheme, fragment, tracking parameters, a slash at the end."""
    try:
        url = URL(link)
        host = (url.host or "").removeprefix("www.")
        kept = sorted((name, value) for name, value in url.query.items() if not _TRACKING.fullmatch(name))
    except ValueError:
        return link
    if url.scheme not in ("http", "https"):
        return link
    query = "&".join(f"{name}={value}" for name, value in kept)
    port = "" if url.is_default_port() else f":{url.port}"
    return f"{host}{port}{url.path.rstrip('/')}" + (f"?{query}" if query else "")


def guid_key(guid: str) -> str:
    """Exact, since any sign of a guid may tell two entries apart; only a site's move to https or from www is one."""
    start = _WEB.match(guid)
    return guid[start.end() :] if start else guid
