"""The runner: opens a session, starts checks by name, streams events into the run folder."""
