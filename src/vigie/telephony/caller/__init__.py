"""
The synthetic caller: a telephone of its own, on its own SIP stack, that plays a scenario against a hotline.

It serves the demonstration button, training, tests and small load runs; to the node it is a caller like any other.
"""
