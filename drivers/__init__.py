"""Card readers and the panel of lights and sounds; knows nothing of visits."""
