"""What the node reads in an offer, and how a browser's offer and our answer are made to fit."""

import pytest

from vigie.telephony.browser_sdp import NotAnAudioOffer, answer_for_page, offer_for_stack
from vigie.telephony.sdp import read_offer


def offer(media: str, *attributes: str) -> str:
    return "\r\n".join(["v=0", "o=- 1 1 IN IP4 192.0.2.9", "s=-", "t=0 0", media, *attributes, ""])


def test_pcmu_is_preferred_when_it_is_there() -> None:
    read = read_offer(offer("m=audio 4000 RTP/AVP 8 0 101"))

    assert read is not None
    assert (read.codecs, read.preferred(), read.secure) == (("PCMA", "PCMU"), "PCMU", False)


def test_pcma_alone_is_taken_also_under_a_dynamic_number() -> None:
    read = read_offer(offer("m=audio 4000 RTP/SAVP 96 97", "a=rtpmap:96 opus/48000/2", "a=rtpmap:97 pcma/8000"))

    assert read is not None
    assert (read.preferred(), read.secure, read.keyed) == ("PCMA", True, False)


def test_keys_are_seen_only_in_the_audio_stream() -> None:
    video = "m=video 4002 RTP/SAVP 96\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x"
    read = read_offer(offer("m=audio 4000 RTP/SAVP 0", video))

    assert read is not None
    assert not read.keyed


@pytest.mark.parametrize("sdp", ["", "v=0\r\n", offer("m=video 4000 RTP/AVP 96"), offer("m=audio 0 RTP/AVP 0")])
def test_no_audio_stream_is_no_offer(sdp: str) -> None:
    assert read_offer(sdp) is None


def test_without_a_codec_of_ours_there_is_none_to_prefer() -> None:
    read = read_offer(offer("m=audio 4000 RTP/AVP 18"))

    assert read is not None
    assert read.preferred() == ""


PAGE = offer(
    "m=audio 51000 UDP/TLS/RTP/SAVPF 111 0",
    "c=IN IP4 203.0.113.7",
    "a=candidate:1 1 udp 2122260223 203.0.113.7 51000 typ host",
    "a=candidate:2 1 udp 2122260222 0a1b.local 51001 typ host",
    "a=ice-ufrag:abcd",
    "a=ice-pwd:0123456789",
    "a=fingerprint:sha-256 AA:BB",
    "a=mid:audio0",
)


def test_the_page_s_addresses_never_reach_the_stack() -> None:
    rewritten = offer_for_stack(PAGE)

    assert "203.0.113.7" not in rewritten
    assert ".local" not in rewritten
    assert "m=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\nc=IN IP4 127.0.0.1" in rewritten
    assert rewritten.count("a=candidate") == 1


@pytest.mark.parametrize("sdp", ["v=0\r\n", offer("m=audio 1 RTP/AVP 0"), offer("m=video 1 X 0", "a=fingerprint:x y")])
def test_an_offer_without_keyed_audio_is_refused(sdp: str) -> None:
    with pytest.raises(NotAnAudioOffer):
        offer_for_stack(sdp)


def test_the_answer_is_named_bundled_and_bound_to_the_address_the_page_can_reach() -> None:
    answer = offer(
        "m=audio 20000 UDP/TLS/RTP/SAVP 0",
        "c=IN IP4 192.0.2.2",
        "a=candidate:1 1 UDP 2130706431 192.0.2.2 20000 typ host",
    ).replace("192.0.2.9", "192.0.2.2")
    fitted = answer_for_page(answer, offer=PAGE, described="192.0.2.2", reachable="127.0.0.1")

    assert "192.0.2.2" not in fitted
    assert "a=group:BUNDLE audio0\r\nm=audio 20000 UDP/TLS/RTP/SAVPF 0" in fitted
    assert "a=mid:audio0" in fitted
    assert "a=rtcp-mux" in fitted
