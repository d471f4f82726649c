"""Checks of the data standard 数据标准."""
