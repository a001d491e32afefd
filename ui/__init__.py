"""The kiosk's screens: a View in, a Touch out; the home of Kivy."""
