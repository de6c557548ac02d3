"""The few conversions that everything agrees on.

A month is a twelfth of a year: 730 hours, whatever the calendar says, so that a power bill or a rent of one
month is the same in February and in March and twelve of them make a year of 8,760 hours.
"""

from typing import Final

MONTHS_PER_YEAR: Final = 12
HOURS_PER_YEAR: Final = 8760.0
HOURS_PER_MONTH: Final = 730.0
DAYS_PER_YEAR: Final = 365.0

BASIS_POINT: Final = 1e-4
BASIS_POINTS_PER_UNIT: Final = 1e4

WATTS_PER_KILOWATT: Final = 1e3
KILOWATTS_PER_MEGAWATT: Final = 1e3
USD_PER_MILLION: Final = 1e6
