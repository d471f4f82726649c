"""Rules of the data standard over whole tables: written once as data, counted alike by every engine and row by row."""
