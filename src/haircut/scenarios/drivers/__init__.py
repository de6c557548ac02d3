"""Drivers in files of their own. Adding one changes no other driver's draws: its stream is named by it alone."""
