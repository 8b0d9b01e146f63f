"""The knowledge graph: condition, phase, movement, exercise, and the body that the exercise loads; asking it, writing it out.

The only room that imports networkx, so that nothing else pays for it. The graph explains and is drawn; it never judges.
"""
