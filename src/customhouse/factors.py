"""What growth comes from: figures that need prices or seasons, beside those of `measures`."""
