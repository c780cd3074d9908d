"""How good a mesh is: the published H3DS protocol, the strict one, image metrics.

May import what lies below it, of `methods` only what they are called; needs neither torch nor Qt.
"""

from h3dstudio.evaluation.evaluate import Evaluation, evaluate_scan

__all__ = ["Evaluation", "evaluate_scan"]
