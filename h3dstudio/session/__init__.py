"""What a user does, without a window: concrete jobs, the record of a run, exports, project and undo stack.

May import everything below it; imports no Qt. The heavy parts are imported when a job runs.
"""
