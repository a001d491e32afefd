"""The machine under the kiosk: what root does on the SD image before screen and sync start."""
