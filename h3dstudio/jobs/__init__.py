"""Long work, whatever it is: events, the Job protocol, and engines that run a job somewhere.

Knows no method, no scan and no Qt: numpy and the standard library only, and `geometry` for meshes.
"""
