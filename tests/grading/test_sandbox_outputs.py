"""Outputs of the sandbox against those of a real kernel under nbclient, cell by cell."""

import json

import pytest

from bplab.grading.sandbox import available
from bplab.grading.sandbox.outputs import Transcript
from tests.grading.kernel_outputs import differences, kernel_run, sandbox_run

WORKS, WHY = available()

# Notebooks; a line of # %% parts their cells.
STREAMS = r"""
print('a')
# %%
print('a'); import sys; print('b', file=sys.stderr); print('c')
# %%
for i in range(3): print(i)
# %%
sys.stdout.write('no newline')
# %%
sys.stdout.write('x')
None
# %%
import os, time; done = os.system('echo from-os'); time.sleep(0.5)  # a kernel hears it late
done
# %%
os.write(1, b'raw\n'); time.sleep(0.5)
# %%
print('é ü 漢字 \U0001f600')
# %%
import subprocess; done = subprocess.run(['echo','sub']); time.sleep(0.5)
done
# %%
subprocess.run('echo err >&2', shell=True); time.sleep(0.5)
# %%
!echo shell
# %%
%%bash
echo bash; echo err >&2
# %%
import warnings; warnings.warn('look out')
# %%
warnings.warn('again')
# %%
import numpy as np; np.log(0.0)
# %%
import logging; logging.warning('logged'); print('after')
# %%
print('a', end='', flush=True); print('b')
# %%
print('\r50%\r100%')
# %%

# %%
   

# %%
# only a comment
# %%
sys.stdout.isatty(), sys.stdout.encoding, sys.stdout.name, type(sys.stdout).__name__
# %%
print(1)
2
print(3)
# %%
out = !echo captured
out
# %%
with open('f.txt','w') as f: f.write('x')
open('f.txt').read()
# %%
os.listdir('.')
# %%
sys.stdout.writelines(['a\n','b\n'])
# %%
print(b'bytes', None, [1])
# %%
from contextlib import redirect_stdout; import io
s=io.StringIO()
with redirect_stdout(s): print('hidden')
s.getvalue()
# %%
%%capture cap
print('captured')
# %%
cap.stdout
# %%
sys.stdout.fileno() > 2
# %%
sys.stdin.read()
"""

ERRORS = r"""
1/0
# %%
x = (
# %%
def f(:
  pass
# %%
  x = 1
 y = 2
# %%
def g(n):
    return h(n)
def h(n):
    raise KeyError('deep')
g(1)
# %%
try:
    1/0
except Exception as e:
    raise ValueError('chained') from e
# %%
try:
    1/0
except Exception as e:
    raise ValueError('context')
# %%
raise ValueError('plain') from None
# %%
assert 1 == 2, 'no'
# %%
undefined_name
# %%
import nonexistent_module
# %%
import numpy as np
np.zeros((2,3)) @ np.zeros((2,3))
# %%
raise KeyboardInterrupt
# %%
import sys; sys.exit(3)
# %%
raise SystemExit
# %%
class E(Exception):
    def __str__(self): return 'multi\nline'
raise E
# %%
print('before'); print('err', file=sys.stderr); 1/0
# %%
raise ExceptionGroup('g', [ValueError(1), TypeError(2)])
# %%
e = ValueError('noted'); e.add_note('a note'); raise e
# %%
input('name? ')
# %%
import getpass; getpass.getpass()
# %%
class R(Exception):
    def _render_traceback_(self): return ['just this line']
raise R
# %%
await asyncio.sleep(0)
# %%
import asyncio
await asyncio.sleep(0.01)
'awaited'
# %%
await asyncio.sleep(0); 1/0
# %%
async def nothing(): pass
c = nothing()
try:
    asyncio.run(c)
except RuntimeError as e: print(e)
finally: c.close()
# %%
asyncio.get_event_loop().is_running()
# %%
%nosuchmagic
# %%
%%nosuchcell
x
# %%
!exit 3
# %%
_exit_code
# %%
int('x')
# %%
eval('1+')
# %%
exec('raise ValueError(1)')
# %%
f = lambda: 1/0
f()
# %%
async def co():
    raise ValueError('in coroutine')
await co()
# %%
class Bad:
    def __repr__(self): raise ValueError('bad repr')
Bad()
# %%
print(Bad())
# %%
nonlocal x
# %%
return 5
# %%
yield 5
# %%
x = 1
x +
# %%
print 'old'
# %%
raise 5
# %%
del undefined_thing
# %%
'a' + 1
# %%
[1,2][10]
# %%
{}['k']
# %%
np.array([1,2]).nope
# %%
warnings.nope
# %%
from numpy import nope
# %%
import bdb; raise bdb.BdbQuit
"""

DISPLAY = r"""
5
# %%
5;
# %%
None
# %%
'text'
# %%
a = 1
# %%
a
# %%
a; a
# %%
[1,2,{'k': (1,)}]
# %%
list(range(2000))
# %%
'x'*100
# %%
{i: str(i)*3 for i in range(40)}
# %%
print(1); 7
# %%
class H:
    def _repr_html_(self): return '<b>hi</b>'
    def __repr__(self): return 'H!'
H()
# %%
from IPython.display import *
display(H())
# %%
display(1, 'two', [3])
# %%
display(HTML('<i>x</i>'), metadata={'isolated': True})
# %%
Markdown('**x**')
# %%
Latex('$x$')
# %%
JSON({'a': [1, None, 2.5]})
# %%
Math('x^2')
# %%
SVG('<svg xmlns="http://www.w3.org/2000/svg"></svg>')
# %%
Javascript('1')
# %%
display({'text/plain': 'raw', 'text/html': '<p>'}, raw=True)
# %%
class M:
    def _repr_mimebundle_(self, include=None, exclude=None):
        data = {'text/plain': 'b', 'application/vnd.x+json': {'a': 1}}
        return data, {'application/vnd.x+json': {'m': 1}}
M()
# %%
class P:
    def _repr_png_(self): return b'\x89PNG not really'
P()
# %%
class D:
    def _ipython_display_(self): print('own way')
D()
# %%
h = display('first', display_id='one')
# %%
update_display('second', display_id='one')
# %%
display('again', display_id='one')
# %%
h = display('u', display_id=True); h.update('v'); h.update(H())
# %%
print('gone'); clear_output(); print('stays')
# %%
print('gone'); clear_output(wait=True); print('stays')
# %%
print('still'); clear_output(wait=True)
# %%
display('x', display_id='q'); clear_output(); display('y'); update_display('z', display_id='q')
# %%
for i in range(3):
    clear_output(wait=True)
    display(i)
# %%
_
# %%
__
# %%
Out[1]
# %%
In[2]
# %%
_3
# %%
class Ev:
    def _repr_html_(self): 1/0
    def __repr__(self): return 'ev'
Ev()
# %%
class T:
    def _repr_pretty_(self, p, cycle): p.text('pretty!')
T()
# %%
import numpy as np
np.arange(12).reshape(3,4)/7
# %%
np.float64(1.5)
# %%
np.set_printoptions(precision=3)
old = np.seterr(divide='raise')
# %%
np.arange(4) / 7, np.geterr()
# %%
1 / np.zeros(1)
# %%
import contextvars
var = contextvars.ContextVar('var')
var.set('kept');
# %%
var.get()
# %%
await asyncio.sleep(0)
var.set('kept by a coroutine');
# %%
var.get()
# %%
float('nan')
# %%
1e300*1e10
# %%
%precision 3
# %%
3.14159265
# %%
%precision
# %%
?print
# %%
print?
# %%
len??
# %%
%whos int
# %%
%who_ls float
# %%
%history -n 1-3
# %%
get_ipython()
# %%
get_ipython().__class__.__name__
# %%
get_ipython().execution_count
# %%
__name__
# %%
type(display)
# %%
%alias_magic t time
# %%
%env NOPE=1
# %%
%cd -q .
# %%
%load_ext nothing
# %%
%%html
<b>cell</b>
# %%
%%markdown
**b**
# %%
%%latex
$x$
# %%
%%svg
<svg/>
# %%
%%writefile out.txt
hello
# %%
%run out.py
# %%
%pycat out.txt
# %%
%psource H
# %%
%page 1
# %%
%lsmagic;
# %%
import sys; sys.ps1
# %%
Image(b'\x89PNG\r\n\x1a\n', format='png')
# %%
display(Image(b'\xff\xd8\xff', format='jpeg', width=5))
# %%
sys.displayhook
# %%
from pprint import pprint; pprint({'a': list(range(50))})
# %%
import fractions; fractions.Fraction(1,3)
# %%
...
# %%
lambda: 1
# %%
dict
# %%
b'x'*10
# %%
object()
# %%
set('abcdef') == 1
# %%
HTML('<p>').data
# %%
display(display_id='nothing')
# %%
display()
"""

FIGURES = r"""
import matplotlib.pyplot as plt
plt.plot([1,2,3])
# %%
plt.plot([1,2,3]);
# %%
fig, ax = plt.subplots(figsize=(2,2)); ax.bar([1,2],[3,4]); print('x')
# %%
fig
# %%
plt.figure(); plt.figure()
# %%
plt.plot([1]); plt.show(); print('after')
# %%
%matplotlib inline
plt.imshow([[1,2],[3,4]]);
# %%
plt.plot([1]); 1/0
# %%
plt.gcf()
# %%
f = plt.figure(figsize=(1,1)); plt.close(f)
# %%
f.savefig('a.png'); import os; os.path.getsize('a.png') > 100
# %%
plt.rcParams['figure.dpi'], plt.get_backend(), plt.isinteractive()
# %%
%config InlineBackend.figure_format = 'svg'
# %%
plt.rcParams['svg.hashsalt']='x'; plt.rcParams['savefig.facecolor']; import os
os.environ['SOURCE_DATE_EPOCH']='0'; plt.figure(figsize=(1,1)); plt.axis('off');
# %%
%config InlineBackend.figure_formats = {'png','retina'}
plt.figure(figsize=(1,1)); plt.plot([2]);
# %%
%matplotlib agg
# %%
plt.plot([1]);
# %%
import matplotlib; matplotlib.rcParams['font.family']
# %%
plt.title('é $x^2$');
# %%
display(plt.figure(figsize=(1,1)))
# %%
import ipywidgets as w; w.IntSlider()
# %%
w.interact(lambda x: x, x=3);
# %%
o = w.Output()
with o: print('in widget')
o
"""


def cells(notebook):
    return notebook.strip("\n").split("\n# %%\n")


@pytest.mark.slow
@pytest.mark.skipif(not WORKS, reason=WHY)
@pytest.mark.parametrize(
    "notebook", [STREAMS, ERRORS, DISPLAY, FIGURES], ids=["streams", "errors", "display", "figures"]
)
def test_outputs_are_those_of_a_kernel(notebook, tmp_path):
    sources = cells(notebook)
    assert differences(kernel_run(sources, tmp_path), sandbox_run(sources)) == []


@pytest.mark.slow
def test_they_are_without_isolation_too(tmp_path):
    sources = [*cells(STREAMS)[:12], *cells(ERRORS)[:6], *cells(FIGURES)[:2]]
    assert differences(kernel_run(sources, tmp_path), sandbox_run(sources, isolate=False)) == []


def message(kind, **content):
    return json.dumps({"type": kind, "content": content}).encode()


def test_streams_of_one_name_become_one_output():
    transcript = Transcript(1, 1000, 1000)
    for name, part in (("stdout", "a"), ("stdout", "b"), ("stderr", "c"), ("stdout", "d")):
        assert transcript.add(message("stream", name=name, text=part))
    assert [output["text"] for output in transcript.finish()[0]] == ["ab", "c", "d"]


def test_what_a_display_is_updated_to_counts():
    transcript = Transcript(1, 3000, 10_000)
    shown = {"data": {"text/plain": "x"}, "metadata": {}, "transient": {"display_id": "one"}}
    for _ in range(5):
        transcript.add(message("display_data", **shown))
    transcript.add(message("update_display_data", **{**shown, "data": {"text/plain": "y" * 2000}}))
    transcript.end()
    kept = transcript.finish()[0]
    assert len(json.dumps(kept)) < 4000 and "left out" in kept[-1]["text"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[" * 100_000,
        b'{"type": "stream", "content": 3}',
        b'{"type": [], "content": {}}',
        b'{"type": "stream", "content": {"name": "stdout", "text": ["x"]}}',
        b'{"type": "display_data", "content": {"data": [], "metadata": {}}}',
        b'{"type": "error", "content": {"ename": "x", "evalue": "x", "traceback": "x"}}',
        b'{"type": "clear_output", "content": []}',
    ],
)
def test_what_is_no_message_leaves_no_trace(body):
    transcript = Transcript(1, 1000, 1000)
    transcript.add(body)
    assert transcript.finish() == [[]]


def test_trees_are_cut_at_a_depth_and_numbers_are_finite():
    deep = "[" * 200 + "]" * 200
    body = (
        '{"type": "display_data", "content": {"metadata": {"a": NaN, "b": 1e999},'
        f' "data": {{"application/json": {deep}, "text/plain": "\\ud800"}}}}}}'
    )
    transcript = Transcript(1, 10_000, 10_000)
    assert transcript.add(body.encode())
    text = json.dumps(transcript.finish(), allow_nan=False)
    text.encode()
    assert text.count("[") < 60
