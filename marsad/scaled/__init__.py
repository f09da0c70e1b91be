"""The processes of a scaled-out Marsad: each module puts one of them together. Needs the extra ``marsad[scaled]``."""
