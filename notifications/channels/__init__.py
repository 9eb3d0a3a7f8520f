"""The ways by which somebody is told. Each is a module with `send`, which brings one parcel to its target."""
