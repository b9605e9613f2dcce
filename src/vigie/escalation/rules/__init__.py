"""Pure decisions: what may be handed over, to whom, by when it is answered, when two groups must stop sending it back."""
