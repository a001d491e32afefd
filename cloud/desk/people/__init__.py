"""The people who work with the pages: signing in, their accounts and roles, and what they did."""
