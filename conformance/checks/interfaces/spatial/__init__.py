"""Spatial layers: a server of OGC API Features, its features, and what its filters have to find."""
