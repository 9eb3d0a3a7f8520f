"""What can be bought, where and when, what it is made of, and what of that is in stock."""
