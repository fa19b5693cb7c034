"""What is said: the texts of every flow, in each language, and their rendering."""
