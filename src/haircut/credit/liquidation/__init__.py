"""What seized machines fetch: price impact by model, and the best time to sell out."""
