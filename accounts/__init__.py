"""Who the customer is: sign-up, sign-in, the session token checked on every request."""
