"""Screens print from several threads at once; each document is as if it were alone."""

import subprocess
import sys

FROM_NOTHING = """
import sys, threading
sys.setswitchinterval(1e-6)
from sync.i18n import I18n
from printing import pages_png, render_pdf
from printing.samples.samples import samples

documents = list(samples(I18n("fr")).values())[:6]
gate = threading.Barrier(6)
got, errors = {}, []

def draw(number):
    gate.wait()
    try:
        pdf = render_pdf(documents[number])
        got[number] = (pdf, pages_png(pdf, 40))
    except Exception as error:
        errors.append(repr(error))

threads = [threading.Thread(target=draw, args=(n,)) for n in range(6)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not errors, errors
for number, (pdf, pages) in got.items():
    assert pdf == render_pdf(documents[number]), number
    assert pages == pages_png(pdf, 40), number
print("whole")
"""


def test_the_first_documents_of_a_process_may_be_drawn_at_the_same_time() -> None:
    for _ in range(3):
        drawn = subprocess.run(
            [sys.executable, "-c", FROM_NOTHING], capture_output=True, text=True, check=False
        )
        assert drawn.stdout == "whole\n", drawn.stderr
