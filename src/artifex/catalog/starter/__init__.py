"""The small trained checkpoint of the Wan family that ships with the program."""
