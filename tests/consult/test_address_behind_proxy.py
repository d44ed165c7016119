"""Whose address it is, behind our own proxy: always one that a database keeps."""

import pytest
from django.core.validators import validate_ipv46_address

from consult.sign_in import address_behind_proxy

PEER = "10.0.0.1"


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("", PEER),
        ("unknown", PEER),
        ("203.0.113.7:4711", PEER),
        ("[2001:db8::1]:4711", PEER),
        ("fe80::1%eth0", PEER),
        ("203.0.113.7, ", PEER),
        ("203.0.113.7, '; drop table", PEER),
        ("999.1.1.1", PEER),
        ("203.0.113.07", PEER),
    ],
)
def test_the_last_address_if_it_is_one(rf, header: str, address: str) -> None:
    request = rf.get("/", REMOTE_ADDR=PEER, HTTP_X_FORWARDED_FOR=header)
    found = address_behind_proxy(request)
    assert found == address
    validate_ipv46_address(found)  # raises for what the column does not take


def test_without_a_proxy_it_is_the_peer(rf) -> None:
    assert address_behind_proxy(rf.get("/", REMOTE_ADDR=PEER)) == PEER
