"""Years of orders that never were, for whoever wants to see lists, statistics and reports of a company that has some.

What is written is what placing and fulfilling write, made by the same functions: prices, charges, taxes, copies,
estimates, events. It goes in by COPY. Every order was payable at the door and has come to its end, so stock is
untouched; no payment is recorded, nobody was told, and nothing is rated.
"""
