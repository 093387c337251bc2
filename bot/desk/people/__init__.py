"""People: customers and where they can be reached, operators, and who may make a group theirs."""
