"""What tells of a person, column by column. Whoever adds a column that can hold text decides here what erasing does."""

# Erased, and a test plants a word in each of them to see it gone.
PERSONAL = {
    "admin.LogEntry": "object_repr",
    "customerbackend.IdempotentAnswer": "key body",
    "notifications.Message": "address data",
    "notifications.Delivery": "address",
    "notifications.Device": "name",
    "accounts.Customer": "login email phone name time_zone telegram messengers preferred_contact "
    "preferred_payment_method allergens",
    "accounts.Address": "name city line postal_code apartment entrance floor door_code comment latitude longitude",
    "accounts.Session": "device_name network",
    "accounts.SignUp": "login email phone name",
    "accounts.Code": "address",
    "orders.Order": "place contact comment items",
    "orders.OrderLine": "note",
    "orders.OrderAdjustment": "reason",
    "orders.StatusLogEntry": "reason",
    "payments.LinkedCard": "brand last4",
    "orders.Rating": "comment",
}

# Erased, but nobody can write words there: keyed hashes, names at a provider, and what goes with its row.
HASHES = {
    "customerbackend.IdempotentAnswer": "fingerprint",
    "accounts.Customer": "password",
    "accounts.Session": "refresh_hash previous_refresh_hash",
    "accounts.SignUp": "password",
    "accounts.Code": "code_hash",
    "accounts.PasswordReset": "token_hash",
    "payments.LinkedCard": "reference fingerprint",
    "payments.Payment": "client_secret payment_url qr_payload",
    "payments.ProviderCustomer": "reference",
    "notifications.Device": "token p256dh auth",
}

# Stays, or would be allowed to: the company's own, one of a few choices, or an id that names nobody any more.
NOBODYS = {
    "admin.LogEntry": "object_id change_message",
    "auth.Group": "name",
    "auth.Permission": "name codename",
    "contenttypes.ContentType": "app_label model",
    "sessions.Session": "session_data",  # of staff
    "customerbackend.IdempotentAnswer": "caller_id location",
    "notifications.Message": "kind recipient_kind recipient_id subject_id language",
    "notifications.Delivery": "channel outlet target_id lane state claim_id note",
    "notifications.Attempt": "error",  # what a server's answer meant, in our words
    "notifications.Device": "kind recipient_id session_id",
    "notifications.Preferences": "channels",  # a few names of ours; goes all the same
    "notifications.Endpoint": "branch_ids kinds name recipient_kind url secret previous_secret off_note last_error",
    "notifications.Mailbox": "branch_ids kinds address language",  # of staff
    "accounts.User": "password username first_name last_name email",  # staff
    "accounts.Customer": "language",
    "accounts.SignUp": "language",
    "accounts.ServiceKey": "name key_hash scopes branch_ids",  # of the systems of kitchens, warehouses and couriers
    "accounts.Code": "purpose channel subject_id",
    "catalog.TaxClass": "key name",
    "catalog.Ingredient": "key name unit contains may_contain dietary",
    "catalog.Category": "key name description picture",
    "catalog.OptionGroup": "key name",
    "catalog.Option": "key name",
    "catalog.Product": "key name description picture",
    "catalog.Branch": "key name line postal_code city country latitude longitude phone time_zone seller_name "
    "seller_tax_id seller_address",
    "catalog.HoursException": "name",
    "catalog.DeliveryZone": "key name postal_prefixes",
    "catalog.StockMovement": "kind operation_id actor reason",  # staff about stock
    "catalog.Reservation": "holder_id",
    "orders.Order": "number status payment_method payment_state currency delivery_method zone_key charges tax seller "
    "demand",
    "orders.OrderLine": "name options allergens demand",
    "orders.OrderCharge": "kind name",
    "orders.OrderAdjustment": "kind actor_kind actor",
    "orders.StatusLogEntry": "status actor_kind actor",
    "orders.OrderEvent": "customer_id type status payment_state",
    "orders.Rating": "product_ids tags",
    "orders.Estimate": "why",
    # The books: under which name a provider has a payment or a refund is needed to give money back and to compare.
    "payments.Payment": "method provider state currency reference failure_code recorded_by",
    "payments.Refund": "state reason reference failure recorded_by",
    "payments.LinkedCard": "provider",
    "payments.ProviderCustomer": "provider",
    # The provider has to be told by name what to forget. The row goes when it has been: within seconds, or once the
    # provider answers again.
    "payments.Forgetting": "provider kind reference",
    # What an event about a card named goes when it is processed, all of the event after thirty days.
    "payments.ProviderEvent": "provider event_id type subject reference payment_id state error",
    # Another party's books: names and keys that either side made up, and a card that nobody has.
    "payments.SandboxCard": "brand last4 fingerprint",
    "payments.SandboxCustomer": "key customer_id",
    "payments.SandboxEvent": "body",
    "payments.SandboxIntent": "key payment_id order_number method currency customer card state failure client_secret",
    "payments.SandboxRefund": "key refund_id",
    "payments.SandboxSetup": "key state card client_secret",
}
