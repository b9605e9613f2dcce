"""Pure decisions about calls: who takes which one, what a number means, what the figures are."""
