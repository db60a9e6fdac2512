"""What runs beneath the web application on one machine: embedded servers and their supervisor."""
