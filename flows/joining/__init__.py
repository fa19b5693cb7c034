"""Before and on arrival: the first phase of the parcours coopérateur."""
