"""The municipal platform that the suite plays for the node: what it is asked, and what it hears."""
