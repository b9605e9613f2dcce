"""Pure decisions on tickets: what matters, what is missing, what is due."""
