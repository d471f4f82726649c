"""Checks of the standard of system interfaces 系统接口."""
