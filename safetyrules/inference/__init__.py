"""From a client's facts at one moment to the restrictions in force, by forward chaining over compiled rules."""
