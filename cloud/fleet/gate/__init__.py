"""The gate: where kiosks ask for certificates over HTTPS. It holds no key but that of its own TLS."""
