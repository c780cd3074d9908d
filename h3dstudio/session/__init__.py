"""The open project and the concrete jobs: composes data, training and evaluation. No Qt.

Both the window and the command line call only this floor (and the plain types below it).
"""
