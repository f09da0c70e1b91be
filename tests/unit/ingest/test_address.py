from ipaddress import ip_network

import pytest

from ingest.address import AddressRefusedError, guarded_socket, refusal

PRIVATE = [
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1"),
    *("192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "240.0.0.1"),
    *("255.255.255.255", "198.18.0.1", "192.0.2.1", "::", "::1"),
    *("fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"),
    *("2001:0:7f00:1::", "nonsense"),
]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused(address: str) -> None:
    assert refusal(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_are_not(address: str) -> None:
    assert refusal(address) is None


def test_the_operator_may_allow_a_network() -> None:
    allowed = [ip_network("10.1.0.0/16")]
    assert refusal("10.1.2.3", allowed) is None
    assert refusal("::ffff:10.1.2.3", allowed) is None
    assert refusal("10.2.2.3", allowed)


def test_no_socket_is_made_for_a_refused_address() -> None:
    with pytest.raises(AddressRefusedError, match=r"127\.0\.0\.1 is a private"):
        guarded_socket()((2, 1, 6, "", ("127.0.0.1", 80)))
