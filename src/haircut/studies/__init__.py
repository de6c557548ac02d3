"""Questions to several runs or to history: calibrate, bands."""
