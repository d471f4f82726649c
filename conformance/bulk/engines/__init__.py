"""Engines: one module each, imported when asked for; its `start(context, memory=…, temp=…)` gives an `Engine`."""
