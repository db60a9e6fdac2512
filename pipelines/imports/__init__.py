"""Import of positions and of their history: boards are found or made, cards put on them."""
