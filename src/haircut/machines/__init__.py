"""The economics of one machine: law of rent, margin, switch-off, value."""
