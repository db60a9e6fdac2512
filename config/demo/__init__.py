"""The demo organization: Acme, with people, boards, history and two agents at work."""
