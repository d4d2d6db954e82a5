"""Frequency and core voltage of a board, chosen by a person or kept as a profile. Always both together."""
