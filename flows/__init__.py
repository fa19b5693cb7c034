"""What is said and asked, as data: pure, standard library only."""
