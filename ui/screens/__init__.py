"""One screen for each View, loaded when it is first shown."""
