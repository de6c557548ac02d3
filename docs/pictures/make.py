"""Makes the picture and the example output of README.md from a real run: `.venv/bin/python docs/pictures/make.py`."""

import re
from pathlib import Path

import haircut as hc
from haircut.reports import summary
from haircut.reports.render import picture

ROOT = Path(__file__).resolve().parents[2]
CASE = "coreweave-ddtl-3"


def main() -> None:
    """Price the case, write the picture, and put the answer between the marks of the README."""
    run = hc.reprice(CASE)
    picture(run, "ltv_paths", ROOT / "docs" / "pictures" / "ltv-paths.svg")
    memo = Path("haircut-runs") / run.id / "memo.html"
    shown = "\n".join(f"    {line}".rstrip() for line in summary(run, memo).splitlines())
    readme = ROOT / "README.md"
    text, count = re.subn(
        r"(<!-- answer -->\n).*?(\n<!-- end -->)",
        lambda marks: f"{marks.group(1)}\n{shown}\n{marks.group(2)}",
        readme.read_text("utf-8"),
        flags=re.DOTALL,
    )
    if count != 1:
        raise SystemExit("README.md: expected one pair of marks <!-- answer --> and <!-- end -->")
    readme.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
