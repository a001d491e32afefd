"""Groups of stores, stores and kiosks."""
