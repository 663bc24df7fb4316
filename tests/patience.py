"""How long a test waits for what must come: only what never comes takes so long, however busy."""

SECONDS = 1500
MILLISECONDS = SECONDS * 1000
