"""The service level: what a node declares, and what it keeps at the stated rate."""
