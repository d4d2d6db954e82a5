"""A simulated Octopus: made-up prices of a realistic shape behind the real API."""
