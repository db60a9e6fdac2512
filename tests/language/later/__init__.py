"""Conversations that were unread until the second bettering of the grammar."""
