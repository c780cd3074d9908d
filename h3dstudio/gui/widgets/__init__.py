"""Widgets that know no feature: buttons, form fields, plots."""
