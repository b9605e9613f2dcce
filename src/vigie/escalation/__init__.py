"""Passing on: hand-overs between the levels, accepted, asked about or refused."""
