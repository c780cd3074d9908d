"""Scans whose truth is known: a head, a skin, lights and cameras in; an H3DS folder out.

May import `geometry`, `data` and `errors`. Nothing heavy at module level. Everything random comes from
one seed, so the same command writes the same bytes.
"""
