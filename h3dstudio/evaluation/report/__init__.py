"""A report on one reconstruction or several: what is in it, and how it becomes HTML, PDF, CSV and JSON.

`content` says what a report holds, as a `document` of headings, tables, pictures and drawings; `html` and
`pdf` write that document, `figures` every number. Nothing here reads a run: `session.report` does.
"""
