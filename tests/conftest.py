"""What all tests share.

Property tests draw the same examples on every run of a build machine, and a suite that was started
without an ear for Ctrl-C gives it back to the programs it starts.
"""

from __future__ import annotations

import os
import signal

from hypothesis import settings

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
