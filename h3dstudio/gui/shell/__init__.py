"""What holds the window together: actions, menus, docks, dialogs, theme, tasks and the supervisor of jobs."""
