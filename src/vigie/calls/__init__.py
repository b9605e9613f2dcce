"""Calls, what they taught, queues, routing, agents, recordings and the commands sent to the node."""
