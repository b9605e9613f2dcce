"""What others are told about where we are."""

from ipaddress import ip_address

from vigie.telephony.addresses import own_address, reachable_host


def test_what_is_advertised_wins_over_what_is_bound() -> None:
    assert reachable_host("10.0.0.5", advertised="192.0.2.7") == "192.0.2.7"
    assert reachable_host("10.0.0.5", advertised="") == "10.0.0.5"


def test_a_wildcard_is_told_as_this_machine_s_own_address() -> None:
    assert reachable_host("0.0.0.0", advertised="") == own_address()
    assert not ip_address(own_address()).is_loopback
