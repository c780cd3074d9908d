"""Commands, licences, the about box."""
