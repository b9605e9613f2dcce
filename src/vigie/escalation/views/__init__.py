"""The web door of the hand-over."""
