"""Personal-data lineage: facts, the graph they make, and what of it was authorised."""
