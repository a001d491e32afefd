"""MQTT to events, exactly once; events to entries and counts; member rows back to kiosks."""
