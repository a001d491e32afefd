"""The fleet for head office: every kiosk, how it is and was, and all that can be done to it."""
