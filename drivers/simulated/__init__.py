"""The devices of this folder at their lowest honest boundary: chip registers, bytes on a pty."""
