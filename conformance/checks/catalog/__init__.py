"""Checks of the catalog standard 数据目录."""
