"""The steps of the month, in the order of `haircut.credit.month.STEPS`."""
