"""Those who take money in the app. `base` is the interface, `provider_of` finds who a payment is with."""
