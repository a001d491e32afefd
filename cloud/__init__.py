"""The cloud: a Django project that collects, posts, sends down and shows."""
