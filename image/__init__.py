"""The SD image: how it is made on a workstation. Nothing of it runs on a kiosk."""
