"""Orders: placed, preprocessed, followed, cancelled, found again."""
