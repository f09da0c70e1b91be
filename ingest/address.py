"""The dial-time check: which addresses may be connected to.

It looks at the address that is really dialled, after the name was resolved: so it holds for every
spelling of an address, for every redirect, and for a name that resolves differently each time.
"""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

_NAT64: Final = ip_network("64:ff9b::/96")
_SITE_LOCAL: Final = ip_network("fec0::/10")


class AddressRefusedError(OSError):
    """A connection to a private address that the operator has not allowed."""


def refusal(address: str, allowed: Sequence[Network] = ()) -> str | None:
    """Why this address may not be dialled, or None where it may."""
    try:
        dialled = ip_address(address.partition("%")[0])
    except ValueError:
        return f"{address!r} is no IP address"
    addresses = [dialled, *_embedded(dialled)]
    if any(one in network for one in addresses for network in allowed if one.version == network.version):
        return None
    if all(map(_is_public, addresses[1:] or addresses)):
        return None
    return f"{address} is a private or reserved address: allow its network in fetch.allow_networks if that is meant"


def guarded_socket(allowed: Sequence[Network] = ()) -> Callable[[Any], socket.socket]:
    """A socket factory for aiohttp's TCPConnector that refuses before a socket exists."""

    def make(address: Any) -> socket.socket:
        family, kind, protocol, _name, target = address
        if reason := refusal(str(target[0]), allowed):
            raise AddressRefusedError(f"refused: {reason}")
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made

    return make


def _is_public(address: Address) -> bool:
    local = address.is_multicast or address.is_unspecified or address.is_reserved or address in _SITE_LOCAL
    return address.is_global and not local


def _embedded(address: Address) -> list[Address]:
    """The IPv4 address that an IPv6 one leads to: mapped, 6to4 or NAT64. Teredo is refused as it is."""
    if isinstance(address, IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour]
    if address in _NAT64:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in found if one is not None]
