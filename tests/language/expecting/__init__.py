"""What must come of conversations, computed from the organizations' files without the product."""
