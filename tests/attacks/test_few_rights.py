"""Started by a root of few rights, as in most containers: learners' code is not root even so."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import bplab
from bplab.grading.sandbox import available

CELL = """
import os
print(open('/proc/self/uid_map').read().split()[1], os.getuid())
for name in ('sys/kernel/core_pattern', 'sysrq-trigger', 'irq/default_smp_affinity'):
    try:
        open(f'/proc/{name}', 'r+')  # and no more: it would be the machine's
        print('BREACH', name)
    except OSError:
        pass
for pid in (1, 2):
    try:
        print('fd', pid, len(os.listdir(f'/proc/{pid}/fd')))
    except PermissionError:
        pass
"""
SCRIPT = f"""
print("started", flush=True)
import bplab.grading.sandbox as sandbox
sandbox._may_change_users = lambda: False
with sandbox.Sandbox("01_single_neuron") as own:
    result = own.run([sandbox.Cell({CELL!r})], draw=None)
    print(result.fault or result.cells[0].outputs[0]["text"])
"""
# A Python in root's home is shown, with an empty home around it, in a mount namespace of its own.
SHOW_PYTHON = """
set -e
home=$1 python=$2 there=$3; shift 3
mount --bind "$home$python" "$there"
mount -t tmpfs -o mode=755 tmpfs "$home"
mkdir -p "$home$python"
mount --bind "$there" "$home$python"
exec "$@"
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to begin")
def test_root_of_few_rights_is_nobody_inside(tmp_path):
    if not available()[0]:
        pytest.skip(available()[1])
    (tmp_path / "there").mkdir()
    base, home = os.path.realpath(sys.base_prefix), str(Path.home())
    inside = base.startswith(f"{home}/")
    there = str(tmp_path / "there")
    python = base.removeprefix(home) if inside else ""
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", SHOW_PYTHON, "sh", home if inside else there, python, there]
        + [sys.executable, "-c", textwrap.dedent(SCRIPT)],
        capture_output=True,
        text=True,
        cwd=Path(bplab.__file__).parents[1],
    )
    denied = "Operation not permitted" in done.stderr or "Permission denied" in done.stderr
    if denied and not done.stdout:
        pytest.skip(f"not to be tried here: {done.stderr[-200:]}")
    lines = done.stdout.split("\n")
    assert lines[0] == "started", done.stderr
    lines = lines[1:]
    outside, within = map(int, lines[0].split())
    assert outside >= 1000 and within == 1000
    assert "BREACH" not in done.stdout and "fd 1" not in done.stdout and "fd 2" in done.stdout
