"""The colors of the pages for instructors, by day and by night, as CSS variables."""

LIGHT = {
    "ink": "#1F2328",
    "dim": "#57606A",
    "line": "#DDE1E6",
    "paper": "#FFFFFF",
    "soft": "#F4F5F7",
    "both": "#FFF1C9",
}
DARK = {
    "ink": "#E6EDF3",
    "dim": "#A3ADB8",
    "line": "#3D444D",
    "paper": "#161B22",
    "soft": "#22272E",
    "both": "#4A3C10",
}


def _root(colors):
    return f":root {{ {'; '.join(f'--{name}: {color}' for name, color in colors.items())} }}"


SCHEME = f"""
:root {{ color-scheme: light dark }}
{_root(LIGHT)}
@media screen and (prefers-color-scheme: dark) {{ {_root(DARK)} }}
body {{ color: var(--ink); background: var(--paper) }}
"""
