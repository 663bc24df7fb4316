"""Where the nodes of a graph stand, and how its edges run between them."""

import numpy as np


def shown_parents(nodes, i):
    """The parents of node i that are drawn."""
    return [parent for parent in nodes[i]["parents"] if not nodes[parent].get("hidden")]


def layout_of(nodes):
    """Positions (column, height) of the nodes, the bends of long edges, and the size of it all.

    Columns count back from the output. A long edge passes through invisible stations in the
    columns between, so that it goes around what stands there (after Sugiyama et al. 1981).
    """
    drawn = [i for i, node in enumerate(nodes) if not node.get("hidden")]
    level = [0] * len(nodes)
    for i in reversed(drawn):
        for parent in shown_parents(nodes, i):
            level[parent] = max(level[parent], level[i] + 1)
    columns = [[] for _ in range(max(level) + 1)]
    links, paths = [], []
    for i in drawn:
        columns[level[i]].append(i)
    extra = len(nodes)
    for i in drawn:
        for parent in dict.fromkeys(shown_parents(nodes, i)):
            path = [i]
            for column in range(level[i] + 1, level[parent]):
                columns[column].append(extra)
                path.append(extra)
                extra += 1
            path.append(parent)
            links += zip(path, path[1:], strict=False)
            paths.append({"from": parent, "to": i, "path": path[::-1]})
    heights = _heights(columns, links, len(nodes))
    deepest = len(columns) - 1
    column_of = {v: c for c, column in enumerate(columns) for v in column}
    place = {v: (deepest - column_of[v], heights[v]) for v in heights}
    edges = [
        {"from": e["from"], "to": e["to"], "path": [place[v] for v in e["path"]]} for e in paths
    ]
    return (
        [place.get(i) for i in range(len(nodes))],
        edges,
        (deepest + 1, max(heights.values()) + 1),
    )


def folded(at, edges, size, most=6):
    """A layout of more than `most` columns in rows one below the other, as a line of text breaks.

    In place of a path an edge has `runs`, its parts within a row, and `turns`, its ways from the
    end of a row around to the beginning of the next; edges that turn side by side keep apart.
    """
    rows = -(-size[0] // most)
    wide = -(-size[0] // rows)
    ends = [point for edge in edges for point in edge["path"]] + [p for p in at if p is not None]
    heights = [[y for x, y in ends if x // wide == row] for row in range(rows)]
    tops = np.concatenate([[0.0], np.cumsum([max(ys) - min(ys) + 1.25 for ys in heights])])

    def moved(point):
        row = int(point[0] // wide)
        return point[0] % wide, point[1] - min(heights[row]) + tops[row]

    laid, turning = [], [[] for _ in range(rows)]
    for edge in edges:
        path = edge["path"]
        runs, turns = [[moved(path[0])]], []
        for before, after in zip(path, path[1:], strict=False):
            row = int(after[0] // wide)
            if before[0] // wide != row:
                runs.append([])
                turning[row].append((moved(before), moved(after), turns))
            runs[-1].append(moved(after))
        laid.append({"from": edge["from"], "to": edge["to"], "runs": runs, "turns": turns})
    for row, around in enumerate(turning):
        apart = min(0.06, 0.12 / max(1, len(around) - 1))
        around.sort(key=lambda turn: -turn[0][1])  # so that they cross as little as can be
        for lane, ((x, y), (to_x, to_y), turns) in enumerate(around):
            right, left, below = (
                edge + apart * lane for edge in (wide - 0.53, -0.6, tops[row] - 0.7)
            )
            corners = [(right, y), (right, below), (left, below), (left, to_y)]
            # Both ends lie within what stands there: where nothing does, they meet the run.
            turns.append([(x - 0.4, y), *corners, (to_x + 0.4, to_y)])
    placed = [None if point is None else moved(point) for point in at]
    return placed, laid, (min(size[0], wide), tops[-1] - 0.25)


def _heights(columns, links, real):
    """A height for every node and station: near its neighbors, no two on one another."""
    above = {}
    for to, source in links:
        above.setdefault(source, []).append(to)
        above.setdefault(to, []).append(source)
    height = {v: float(k) for column in columns for k, v in enumerate(column)}
    for sweep in range(24):
        for column in columns if sweep % 2 == 0 else columns[::-1]:
            pull = {v: np.mean([height[u] for u in above.get(v, [v])]) for v in column}
            column.sort(key=pull.get)
            _spread(column, pull, height, real)
    lowest = min(height.values())
    return {v: h - lowest for v, h in height.items()}


def _spread(column, wish, height, real):
    """The heights nearest to the wishes with a gap of one between nodes, less at stations."""
    gap = [
        0.5 + 0.5 * ((u < real) + (v < real)) / 2 for u, v in zip(column, column[1:], strict=False)
    ]
    offset = np.concatenate([[0.0], np.cumsum(gap)])
    free = np.array([wish[v] for v in column]) - offset
    blocks = []  # pool adjacent violators: isotonic regression of the shifted wishes
    for value in free:
        blocks.append([value, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            last, count = blocks.pop()
            mean, size = blocks[-1]
            blocks[-1] = [(mean * size + last * count) / (size + count), size + count]
    settled = np.concatenate([[mean] * size for mean, size in blocks]) + offset
    height.update(zip(column, settled, strict=True))
