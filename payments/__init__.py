"""Taking money, and recording what was taken; knows orders."""
