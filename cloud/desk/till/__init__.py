"""The card processor: what a clerk does with the member who stands at the till."""
