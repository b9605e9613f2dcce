"""The web's door to calls."""
