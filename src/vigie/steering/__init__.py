"""Steering: what supervisors and managers watch."""
