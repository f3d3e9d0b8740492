"""What Ctrl-C does: end the process, or interrupt a command that has things to put in order.

While modules are loaded, KeyboardInterrupt could come up where nobody catches it, be lost in what
is loaded, or be shown as a traceback. Nothing is to be put in order then, so SIGINT ends the
process without a word, as it ends any other.
"""

from __future__ import annotations

import signal


def ends() -> None:
    """Let SIGINT end the process, unless whoever started it chose otherwise."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def interrupts() -> None:
    """Let SIGINT raise KeyboardInterrupt where it would end the process."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
