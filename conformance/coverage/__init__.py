"""Coverage of the law by checks, and of the checks by faults: requirement ↔ checks ↔ faults, and the kill score."""
