"""What a channel may ask of a customer by a button of its own; each stands in the place of data."""

PHONE = "ask:phone"  # to share their phone; what comes back is theirs for certain
NOTHING = "ask:nothing"  # what was asked for is there: such a button goes
