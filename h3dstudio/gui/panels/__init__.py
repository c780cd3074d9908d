"""The docks: thin widgets that show what they are given and say what the user wants. No work is done here."""
