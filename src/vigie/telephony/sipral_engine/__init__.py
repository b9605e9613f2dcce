"""The SIP and RTP engine on sipral 1.2.0."""

from vigie.telephony.sipral_engine.engine import SipralEngine

__all__ = ["SipralEngine"]
