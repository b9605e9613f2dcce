"""Append-only entries, hash-chained per client, and the live stream they feed."""
