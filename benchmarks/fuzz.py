"""Thousands of files that somebody changed, and of values: no traceback, no hang, no gigabytes, and no difference between the encoders or decoders.

It makes changed contracts, models and other files of a project (tests/support/fuzzing.py) and lets check, build, describe, migrate and
import-modelship read them; and it gives random values and results of every kind to both twins of the codec (tests/support/codec_twins.py).
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

ROOT = Path(__file__).resolve().parents[1]
SUPPORT = ROOT / "tests/support"
sys.path[:0] = [str(ROOT / "template"), str(SUPPORT)]

from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: E402

import codec_strategies  # noqa: E402
from codec_twins import list_known, same  # noqa: E402

HANG = 10  # seconds of processor time that a case may take; the model's own run has a limit of its own
KILLED = 120  # seconds after which a process that says nothing is stopped
MEGABYTES = 2000
CODEC_CHUNK = 1000  # requests that hypothesis makes from one seed


def files(kind: str, count: int, first: int = 0) -> bool:
    """Try cases of a kind; whether all ended as they must."""
    start, outcomes, bad, peak = time.monotonic(), Counter(), [], 0
    for said in answers(kind, first, first + count):
        if "megabytes" in said:
            peak = max(peak, said["megabytes"])
            continue
        outcome = said["outcome"] if said["seconds"] <= HANG else f"{said['seconds']} s"
        outcomes[outcome if outcome in ("taken", "refused") else "bad"] += 1
        if outcome not in ("taken", "refused"):
            bad.append(f"  {kind} {said['number']}: {outcome}")
    took = f"{time.monotonic() - start:.0f} s, at most {peak} MB"
    print(
        f"{kind}: {outcomes.total():,} cases: {outcomes['taken']:,} taken, {outcomes['refused']:,} in sentences, {outcomes['bad']} neither; {took}", flush=True
    )
    print("\n".join(sorted(bad)), end="\n" if bad else "")
    return not bad and peak <= MEGABYTES and outcomes.total() == count


def answers(kind: str, first: int, end: int) -> Iterator[dict]:
    """What became of each case, in processes that are started anew where one ends."""
    while first < end:
        with tempfile.TemporaryFile() as errors:
            command = [sys.executable, str(SUPPORT / "fuzzing.py"), kind, str(first), str(end)]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, encoding="utf-8")
            assert process.stdout is not None
            timer = watch(process)
            for line in process.stdout:
                timer.cancel()
                said = json.loads(line)
                first = said.get("number", end - 1) + 1
                yield said
                timer = watch(process)
            timer.cancel()
            code = process.wait()
        if first < end:
            yield {"number": first, "outcome": "no end" if code == -9 else f"exit code {code}", "seconds": 0}
            first += 1


def watch(process: subprocess.Popen) -> Timer:
    timer = Timer(KILLED, process.kill)
    timer.daemon = True
    timer.start()
    return timer


def requests(strategy, number: int) -> list[dict]:
    """What a strategy makes of one seed."""
    asked: list[dict] = []

    @seed(number)
    @settings(max_examples=CODEC_CHUNK, database=None, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(strategy)
    def ask(request):
        asked.append(request)

    ask()
    return asked


def values(count: int) -> bool:
    """Give so many values of each kind to both encoders, and as many results of each kind to both decoders; whether all were the same."""
    ways = {"encode": [codec_strategies.tabular(), codec_strategies.whole_inputs()], "decode": [codec_strategies.computed()]}
    list_known(codec_strategies.LIST)
    ok = True
    for way, strategies in ways.items():
        start, total, differences = time.monotonic(), Counter(), []
        for strategy in strategies:
            kinds, number = Counter(), 0
            while not kinds or min(kinds.values()) < count:
                for request in requests(strategy, number):
                    kinds.update(kinds_of(request))
                    try:
                        same(request)
                    except AssertionError as error:
                        differences.append(f"  {str(error)[:300]}")
                number += 1
            total += kinds
        counted = ", ".join(f"{kind} {number:,}" for kind, number in sorted(total.items()))
        print(f"{way}: {len(differences)} differences of {total.total():,} ({counted}); {time.monotonic() - start:.0f} s", flush=True)
        print("\n".join(differences[:20]), end="\n" if differences else "")
        ok = ok and not differences
    return ok


def kinds_of(request: dict) -> Counter:
    """How many values, or results, of each kind a request brings."""
    if "outputs" in request:
        return Counter(output["kind"] for output in request["form"]["outputs"] for _ in range(request["count"]))
    return Counter(field["kind"] for source in request["form"]["inputs"] for field in source["fields"] for row in request["rows"] if field["name"] in row)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", default=["contract", "model", "file", "values"], help="contract, model, file or values; default: all")
    parser.add_argument("--count", type=int, default=5000, help="cases of each kind of file, default 5000")
    parser.add_argument("--first", type=int, default=0, help="number of the first case: other numbers are other cases")
    parser.add_argument("--values", type=int, default=50_000, help="values of each kind of field and of output, default 50000")
    given = parser.parse_args()
    done = [values(given.values) if what == "values" else files(what, given.count, given.first) for what in given.what]
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
