"""What comes next in a conversation: corrections, choices, replies, and what they say."""
