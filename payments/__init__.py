"""Taking money; knows orders. So far orders are paid at the door, which needs nothing of it."""
