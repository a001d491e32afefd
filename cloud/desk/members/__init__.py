"""Members as the shop may see them: found, told in one timeline, and served."""
