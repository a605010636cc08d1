"""The chunks of a body, read as people and browsers read them: what the lab and the live client have in common."""
