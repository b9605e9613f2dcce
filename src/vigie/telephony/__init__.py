"""The switch: SIP, RTP, mixing and recording. Never imports Django, a database or a model."""
