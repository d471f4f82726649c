"""The interface contract at work: what each operation may answer, and how every response of a run is held to it."""
