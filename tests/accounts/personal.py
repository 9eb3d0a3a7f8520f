"""What tells of a person, column by column. Whoever adds a column that can hold text decides here what erasing does."""

# Erased, and a test plants a word in each of them to see it gone.
PERSONAL = {
    "admin.LogEntry": "object_repr",
    "customerbackend.IdempotentAnswer": "key body",
    "notifications.Message": "address data",
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
}

# Erased, but nobody can write words there: keyed hashes, and what goes with its row.
HASHES = {
    "customerbackend.IdempotentAnswer": "fingerprint",
    "accounts.Customer": "password",
    "accounts.Session": "refresh_hash previous_refresh_hash",
    "accounts.SignUp": "password",
    "accounts.Code": "code_hash",
    "accounts.PasswordReset": "token_hash",
}

# Stays, or would be allowed to: the company's own, one of a few choices, or an id that names nobody any more.
NOBODYS = {
    "admin.LogEntry": "object_id change_message",
    "auth.Group": "name",
    "auth.Permission": "name codename",
    "contenttypes.ContentType": "app_label model",
    "sessions.Session": "session_data",  # of staff
    "customerbackend.IdempotentAnswer": "customer_id location",
    "notifications.Message": "kind recipient_kind recipient_id subject_id language",
    "accounts.User": "password username first_name last_name email",  # staff
    "accounts.Customer": "language",
    "accounts.SignUp": "language",
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
    "orders.Order": "number status payment_method payment_state currency delivery_method charges tax seller demand",
    "orders.OrderLine": "name options allergens",
    "orders.OrderCharge": "kind name",
    "orders.OrderAdjustment": "kind actor_kind actor",
    "orders.StatusLogEntry": "status actor_kind actor",
    "orders.Estimate": "why",
    "payments.Payment": "method provider state currency recorded_by",
}
