"""Benches: what vigie costs, measured from outside on real processes. Each returns one flat mapping, name → number."""
