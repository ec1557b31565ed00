"""The sentence encoder: its files, its tokens, and its forward pass for queries (NumPy) and for chunks (torch)."""
