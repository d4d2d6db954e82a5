"""Simulated miners, plugs and everything around them, speaking the real protocols on loopback."""
