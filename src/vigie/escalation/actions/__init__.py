"""Use cases of the hand-over between tiers. A ticket is always locked before its hand-over."""
