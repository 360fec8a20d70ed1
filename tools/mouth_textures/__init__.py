"""Teeth and tongue pictures, modelled in three dimensions by formulas and shaded in numpy."""
