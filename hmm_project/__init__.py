"""The house: wiring, processes, and what every app stands on."""
