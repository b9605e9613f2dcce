"""Tickets: qualification, criticality, clocks, resolution, and the desk page of the agent."""
