"""How each process is put together: one module each, which alone knows all its parts."""
