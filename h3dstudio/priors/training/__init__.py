"""What the training of every family shares: heads, samples, landmarks, held-out errors."""
