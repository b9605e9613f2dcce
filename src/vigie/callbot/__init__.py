"""
The automatic attendant: what it says, what it understands, when it fetches a human.

Pure: no database, no clock, no telephone. `dialogue.advance` takes a state, something that happened and the client's
script, and returns the next state with what to do. Try it in a terminal: ``python -m vigie.callbot``.
"""
