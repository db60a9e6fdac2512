"""Conversations that were unread until the third bettering of the grammar."""
