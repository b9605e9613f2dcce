"""Benches. Each prints one flat JSON object, name → number, units in the names."""

from __future__ import annotations
