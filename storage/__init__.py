"""What is remembered, behind one door: tables, verbs and migrations."""
