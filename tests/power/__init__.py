"""Power cuts: what the product writes is recorded, cut at every point in every way, and opened again."""
