"""What every miner drew, cost and hashed, price slot by price slot."""
