"""Demonstration calls: real SIP calls placed by the synthetic caller, from a button."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vigie.telephony.caller.scenario import Scenario, load, shipped

AT_ONCE = 6
KEPT = 12


@dataclass(frozen=True, slots=True)
class DemoScenario:
    name: str
    title: str
    story: str
    caller_id: str
    dialled: str


@dataclass(frozen=True, slots=True)
class DemoCall:
    """One call placed earlier: its scenario, whether it still runs, and what the caller reported."""

    key: str
    title: str
    running: bool
    talk_s: float
    completed: bool
    problem: str
    has_sound: bool


_placed: dict[str, subprocess.Popen[bytes]] = {}


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the scenarios, and what became of the last calls."""
    _only_in_demo()
    context = {
        "scenarios": [_described(s) for s in shipped()],
        "calls": _calls(),
        "sip": settings.ENV,
        "topics": ["wallboard"],
    }
    return render(request, "config/demo_calls.html", context)


@login_required
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    _only_in_demo()
    return render(request, "config/_demo_calls.html", {"calls": _calls()})


@login_required
@require_POST
def place(request: HttpRequest, name: str) -> HttpResponse:
    """Place the call of one scenario, in a process of its own."""
    _only_in_demo()
    scenario = load(name)
    if sum(process.poll() is None for process in _placed.values()) >= AT_ONCE:
        messages.warning(request, _("Enough demonstration calls are under way: wait for one to end."))
        return redirect("demo_calls")
    key = f"{time.time_ns() // 1_000_000}-{scenario.name}"
    folder = _folder()
    command = [sys.executable, "-m", "vigie.telephony.caller", scenario.name, "--json"]
    command += ["--to", f"sip:{settings.ENV.sip_host}:{settings.ENV.sip_port}", "--record", str(folder / f"{key}.wav")]
    with (folder / f"{key}.json").open("wb") as report:
        _placed[key] = subprocess.Popen(command, stdout=report, stderr=subprocess.STDOUT)  # noqa: S603  our own command
    messages.success(request, _("The telephone rings: %(title)s") % {"title": _described(scenario).title})
    return redirect("demo_calls")


@login_required
@require_safe
def sound(request: HttpRequest, key: str) -> FileResponse:
    """Return what was heard: the caller on the left, vigie on the right."""
    _only_in_demo()
    path = _folder() / f"{Path(key).name}.wav"
    if not path.exists():
        raise Http404
    return FileResponse(path.open("rb"), content_type="audio/wav")


def _only_in_demo() -> None:
    if not settings.ENV.demo:
        raise Http404


def _folder() -> Path:
    folder: Path = settings.ENV.home / "demo-calls"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _described(scenario: Scenario) -> DemoScenario:
    french = (get_language() or "fr").startswith("fr")
    title, story = (text.fr if french else text.en for text in (scenario.title, scenario.story))
    return DemoScenario(scenario.name, title, story, scenario.caller_id, scenario.dialled)


def _calls() -> list[DemoCall]:
    newest = sorted(_folder().glob("*.json"), reverse=True)[:KEPT]
    return [_call(path) for path in newest]


def _call(path: Path) -> DemoCall:
    name = path.stem.partition("-")[2]
    process = _placed.get(path.stem)
    lines = path.read_text(errors="replace").splitlines()
    try:
        report = json.loads(lines[-1]) if lines else {}
    except ValueError:
        report = {"problem": lines[-1][:200]}
    return DemoCall(
        key=path.stem,
        title=_described(load(name)).title,
        running=process is not None and process.poll() is None,
        talk_s=report.get("talk_s", 0.0),
        completed=report.get("completed", False),
        problem=report.get("problem", ""),
        has_sound=path.with_suffix(".wav").exists(),
    )
