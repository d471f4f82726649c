"""What a person sees while a command works: progress, diagnoses, the law as tables."""
