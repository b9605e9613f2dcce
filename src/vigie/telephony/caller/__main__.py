"""The command line of the synthetic caller: one JSON line per call on the standard output with `--json`."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from sipral.errors import SipralError

from vigie.errors import VigieError
from vigie.telephony.caller.line import Equipment
from vigie.telephony.caller.play import Report, place_call
from vigie.telephony.caller.scenario import Codec, Scenario, load, shipped


def main(arguments: list[str] | None = None) -> int:
    """Return 0 when every call was answered and played to its end, 1 otherwise, 2 when no call could be placed."""
    options = _parser().parse_args(arguments)
    if options.list:
        for scenario in shipped():
            sys.stdout.write(f"{scenario.name:24} {scenario.title.fr} / {scenario.title.en}\n")
        return 0
    try:
        reports = asyncio.run(_all_calls(load(options.scenario), options))
    except (VigieError, SipralError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 1
    return 0 if all(report.completed for report in reports) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vigie call", description="Place a real telephone call that plays a scenario."
    )
    parser.add_argument("scenario", nargs="?", help="the name of a shipped scenario, or a .toml file")
    parser.add_argument("--list", action="store_true", help="name the shipped scenarios")
    parser.add_argument("--to", default="sip:127.0.0.1:5060", help="sip:[NUMBER@]HOST[:PORT][;transport=udp|tcp|tls]")
    parser.add_argument("--from", dest="caller_id", help='calling number; "" withholds it')
    parser.add_argument("--codec", choices=[codec.value for codec in Codec])
    parser.add_argument("--srtp", action="store_true", help="encrypt the audio (SDES)")
    parser.add_argument("--ca", type=Path, help="PEM file of the authority to trust over TLS")
    parser.add_argument("--record", type=Path, help="stereo WAV: left is the caller, right what it hears")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache/vigie/voice", help="spoken sentences")
    parser.add_argument("--loop", type=int, default=1, metavar="N", help="call N times, one after the other")
    parser.add_argument("--calls", type=int, default=1, metavar="N", help="have N callers call at once")
    parser.add_argument("--rate", type=float, default=5.0, metavar="R", help="calls started a second with --calls")
    parser.add_argument("--json", action="store_true", help="print nothing but one JSON line per call")
    return parser


async def _all_calls(scenario: Scenario, options: argparse.Namespace) -> list[Report]:
    task = asyncio.current_task()
    if task is not None:  # a stopped caller hangs up first
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    reports: list[Report] = []
    for _ in range(options.loop):
        crowd = [_one_call(scenario, options, index=index) for index in range(options.calls)]
        reports += await asyncio.gather(*crowd)
    return reports


async def _one_call(scenario: Scenario, options: argparse.Namespace, *, index: int) -> Report:
    await asyncio.sleep(index / options.rate)
    record = options.record
    if record is not None and options.calls > 1:
        record = record.with_stem(f"{record.stem}-{index + 1}")
    codec = Codec(options.codec) if options.codec else scenario.codec
    report = await place_call(
        scenario,
        to=options.to,
        caller_id=options.caller_id,
        equipment=Equipment(codec=codec, srtp=options.srtp, ca=options.ca, record=record),
        cache_dir=options.cache,
        tell=(lambda _line: None) if options.json else _tell,
    )
    if options.json:
        sys.stdout.write(report.as_json() + "\n")
    else:
        end = "completed" if report.completed else report.problem
        sys.stdout.write(f"{end}: {report.talk_s:.1f} s, hung up by the {report.ended_by or 'caller'}\n")
    sys.stdout.flush()
    return report


def _tell(line: str) -> None:
    sys.stdout.write(f"  {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
