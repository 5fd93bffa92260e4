"""Make the slope -2.

`slope` is 3 & wants to be < 0.
"""

slope = 3
