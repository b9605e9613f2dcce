"""Pure decisions: what may be handed over, to whom, by when, and when two groups must stop sending it back."""
