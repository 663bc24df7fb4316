"""Where the cells, edges and numbers of a drawn network stand, in pixels of the page."""


def layout_of(widths):
    """Pixels of the columns of units, the box of the loss, the lanes and the numbers of weights."""
    L, tallest = len(widths) - 1, max(max(widths), 2)
    gap = {1: 230, 2: 144, 3: 104, 4: 88}[L]  # two layers: narrow enough for a page of 620
    cell, first, last, top = 148, 82, 108, 88
    pitch = 112 if tallest <= 3 else 90
    x, columns = 6, []
    for i, units in enumerate(widths):
        width = first if i == 0 else cell
        high = top + (tallest - units) * pitch / 2
        columns.append({"x": x, "w": width, "y": [high + k * pitch + 29 for k in range(units)]})
        x += width + gap
    loss = {"x": x - gap + 26, "w": last, "y": top + (tallest - 1) * pitch / 2 + 29}
    height = top + tallest * pitch + 40
    layout = {
        "width": loss["x"] + last + 6,
        "height": height,
        "cell": {"h": 58},
        "columns": columns,
        "loss": loss,
        "lanes": [48, height - 26],
    }
    return layout | {"labels": [_labels(columns[i], columns[i + 1]) for i in range(L)]}


def _labels(left, right):
    """For each weight of a layer, how far along its edge its number stands; None if crowded.

    Tries places for one number after the other and goes back where one finds none free; when
    they do not all fit, only the selected unit's weights will bear numbers.
    """
    ends = [(u, v) for u in left["y"] for v in right["y"]]
    gap = right["x"] - left["x"] - left["w"]
    tries = (0.5, 0.4, 0.6, 0.3, 0.7, 0.24, 0.76)
    chosen, budget = [], 20000

    def place(n):
        nonlocal budget
        if n == len(ends):
            return True
        for t in tries:
            budget -= 1
            u, v = ends[n]
            at = (t * gap, u + t * (v - u))
            if budget > 0 and all(abs(at[0] - a) > 74 or abs(at[1] - b) > 40 for _, a, b in chosen):
                chosen.append((t, *at))
                if place(n + 1):
                    return True
                chosen.pop()
        return False

    if len(ends) > 12 or not place(0):
        return None
    k = len(right["y"])
    return [[t for t, _, _ in chosen[j * k : (j + 1) * k]] for j in range(len(left["y"]))]
