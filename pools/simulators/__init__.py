"""Pools and the services around coins, on loopback."""
