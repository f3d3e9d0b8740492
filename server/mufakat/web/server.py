"""Runs the application: one process loads the data and forks workers, one carries requests.

Both start at once, so that the libraries of the web are read while the data is loaded. The address
is printed when a query has been answered through the whole house. SIGHUP takes in a new release
from the publication's folder while requests go on being answered.
"""

from __future__ import annotations

import errno
import gc
import json
import os
import signal
import socket
import sys
import threading
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mufakat.errors import BadSetting, MufakatError, Unavailable
from mufakat.web.ending import Latch, once
from mufakat.web.plan import RELOAD, Plan, engine, start_home
from mufakat.web.readers import GIVEN_UP, broken_off

if TYPE_CHECKING:
    from collections.abc import Callable

    from mufakat.engine.pool import Home
    from mufakat.publication import Publication
    from mufakat.settings import Settings

FIRST_ANSWER: Final = 600.0
"""Seconds until a server that does not become ready is given up on as far as telling goes."""
LONGEST_PAUSE: Final = 2.0
"""Seconds between two looks whether the server is ready."""
RELOADED: Final = 600.0
"""Seconds that loading a new release may take."""
WATCH: Final = 5.0
"""Seconds between two looks whether the data can be reached."""
MISSED: Final = 2
"""Looks in vain, one after the other, after which it is gone."""
HEAD: Final = 10
"""Seconds until the head of a request must be there; also how long an idle connection is kept."""
LONGEST_HEAD: Final = 409_600
"""Bytes of a request's head: a query may stand in its address."""
LAST: Final = 2
"""Seconds for answers that tell of an error, when there is no data any more."""
STOP: Final = 15
"""Seconds that requests under way get when the server is told to end."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How the server speaks to people: a line when it is ready, and what went wrong."""

    tell: Callable[[str], None]
    complain: Callable[[MufakatError], None]


def run(publication: Publication, settings: Settings, voice: Voice) -> None:
    """Serve until told to end by SIGTERM or SIGINT.

    Raises BadSetting when the address cannot be listened on, and Unavailable when the data or the
    saved questions could not be loaded (which has been complained about by then).
    """
    host, port = settings.host, free_port(settings.host, settings.port)
    plan = Plan(publication, settings, host, port)
    home = start_home(plan, voice.complain)
    try:
        _serve(plan, home, voice)
        if home is not None and _ended(home):
            raise Unavailable("The process that holds the data has ended, and so has the server.")
    finally:
        if home is not None:
            home.close()


def _ended(home: Home) -> bool:
    """Whether the process that loads the data failed to."""
    try:
        pid, status = os.waitpid(home.pid, os.WNOHANG)
    except ChildProcessError:
        return False
    return pid != 0 and status != 0


def free_port(host: str, port: int) -> int:
    """Make sure that a port can be listened on; 0 finds a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            why = {
                errno.EADDRINUSE: "another program listens there",
                errno.EACCES: "only an administrator may listen there",
                errno.EADDRNOTAVAIL: "this machine does not have that address",
            }.get(error.errno or 0, error.strerror or str(error))
            raise BadSetting(
                f"{host}:{port} cannot be listened on: {why}.",
                mend="Give another --port (0 takes a free one) or another --host.",
            ) from None
        taken: int = trial.getsockname()[1]
        return taken


def _serve(plan: Plan, home: Home | None, voice: Voice) -> None:
    import multiprocessing  # noqa: PLC0415

    from granian import Granian, _signals  # noqa: PLC0415
    from granian.constants import HTTPModes, Interfaces  # noqa: PLC0415
    from granian.http import HTTP1Settings  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    from mufakat.web.bodies import READERS  # noqa: PLC0415

    if "fork" in multiprocessing.get_all_start_methods():
        multiprocessing.set_start_method("fork", force=True)
    heard, told = os.pipe()
    failing, failed = os.pipe()
    os.set_blocking(failing, False)
    main_process = os.getpid()

    def load(*_: Any) -> Any:
        # Until granian sets its own handlers, telling this process to end ends it.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _in_background(_end_with, main_process)
        # What granian has its handlers do in this process waits for a lock of the main thread.
        install: Any = _signals.set_main_signals
        _signals.set_main_signals = lambda end, *rest: install(once(end), *rest)
        from mufakat.web.app import create_app  # noqa: PLC0415

        asked: Any = engine(plan, home)
        if home is not None:
            # Without the data there is nothing to serve; whoever supervises this starts it anew.
            asked.pool.on_loss = lambda: os.kill(main_process, signal.SIGTERM)
        if home is not None:
            _in_background(_end_without_data, plan, home, main_process)
        _in_background(_tell_when_ready, plan, home, voice, main_process)
        current = Current(create_app(plan.publication, asked, plan.settings))
        _in_background(_read_questions, plan, voice, failed, main_process)
        _in_background(_reload_when_told, heard, plan, asked, current, voice)
        return current

    server = Granian(
        "mufakat",
        address=plan.host,
        port=plan.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=1,
        blocking_threads=max(plan.settings.web_threads, plan.workers + plan.settings.queue + 4)
        + READERS,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD * 1000, max_buffer_size=LONGEST_HEAD),
        websockets=False,
        log_level=LogLevels.error,
        workers_kill_timeout=STOP,
        process_name=None,
    )
    # The server's own way is another web process, and whoever had just connected to the old one
    # would be dropped; here the process stays and takes another application.
    server.signal_handler_reload = lambda *_: os.write(told, b"\n")  # type: ignore[method-assign]
    server.main_loop_interrupt = Latch()  # type: ignore[assignment]
    server.serve(target_loader=load, wrap_loader=False)
    with suppress(BlockingIOError):
        os.read(failing, 1)
        raise Unavailable("A saved question cannot be read, and so the server has ended.")


def _end_without_data(plan: Plan, home: Home, main_process: int) -> None:
    """End this process soon after the data is gone: what is under way can only fail."""
    _keep_watch(plan, home, main_process)
    time.sleep(LAST)
    os._exit(1)


def _keep_watch(plan: Plan, home: Home, main_process: int) -> None:
    """End the server when the process that holds the data is gone, so that it is started anew.

    Where the system does not tell when it ends, and for one that stands still, a new worker is
    asked for now and then: those that are there go on answering for a while.
    """
    from mufakat.engine.pool.bonds import ends_within  # noqa: PLC0415

    missed = 0
    asked: Any = engine(plan, home)
    while missed < MISSED and not ends_within(home.pid, WATCH):
        fresh = engine(plan, home)
        try:
            fresh.ask("ASK {}")
        except Unavailable:
            missed += bool(asked.pool.version())  # else the data is still being loaded
        except MufakatError:
            pass  # busy is not gone
        else:
            missed = 0
        finally:
            fresh.close()
    if asked.pool.version():  # else why it could not load them was told
        print("The process that holds the data is gone; the server ends.", file=sys.stderr)
    _end(main_process)


def _end(main_process: int) -> None:
    """Tell the main process to end, if it is still the one above this."""
    if os.getppid() == main_process:
        os.kill(main_process, signal.SIGTERM)


def _in_background(task: Callable[..., None], *arguments: Any) -> None:
    threading.Thread(target=task, args=arguments, daemon=True).start()


def _end_with(parent: int) -> None:
    """End this process in good order, or else in any, when the process that started it is gone."""
    from mufakat.engine.pool.bonds import wait_for_parent  # noqa: PLC0415

    wait_for_parent(parent)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP)
    os._exit(1)


class Current:
    """The application that answers now; another takes its place between two requests."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Pass a request to the application of the moment."""
        answer = self.app(environ, start_response)
        return broken_off(answer) if GIVEN_UP in environ else answer


def _read_questions(plan: Plan, voice: Voice, failed: int, main_process: int) -> None:
    """Read them now, before somebody changes the files; most pages need every one of them."""
    try:
        _ = plan.publication.queries
    except MufakatError as error:
        voice.complain(error)
        os.write(failed, b"\n")
        _end(main_process)
    gc.freeze()  # what is there now lasts


def _reload_when_told(heard: int, plan: Plan, asked: Any, current: Current, voice: Voice) -> None:
    """Have the folder's new state loaded beside the old one and take its place."""
    from mufakat.web.app import create_app  # noqa: PLC0415

    while os.read(heard, 1):
        try:
            fresh = plan.reopened()
            _ = fresh.publication.queries  # a broken question is told before anything changes
            using = asked if hasattr(asked, "pool") else engine(fresh, None)
            app = create_app(fresh.publication, using, plan.settings)
            if hasattr(asked, "pool"):
                asked.pool.change({RELOAD: True}, deadline=RELOADED)
                asked.union_default_graph = fresh.union
        except MufakatError as error:
            voice.complain(error)
        else:
            current.app = app
            gc.unfreeze()  # what lasted so far need not any more
            voice.tell(f"Serving data {using.version[:12]} now.")


def _tell_when_ready(plan: Plan, home: Home | None, voice: Voice, main_process: int) -> None:
    if home is not None:
        try:
            home.wait()
        except Unavailable:
            _end(main_process)
            return
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(plan.host, plan.host)  # noqa: S104
    host = f"[{host}]" if ":" in host else host
    until = time.monotonic() + FIRST_ANSWER
    pause = 0.01
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < until:
        with suppress(OSError, ValueError):
            with opener.open(f"http://{host}:{plan.port}/ready", timeout=5) as answer:
                version = json.load(answer)["version"]
            voice.tell(f"{plan.publication.config.title} (data {version[:12]}) at {plan.address}")
            return
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)  # a store that is down is asked each time
    print("The server does not become ready.", file=sys.stderr)
