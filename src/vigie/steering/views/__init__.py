"""The web door of steering."""
