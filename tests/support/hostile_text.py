"""Text of people who mean harm, or of none: for property tests. HYPOTHESIS_EXAMPLES=5000 tries more of it."""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

PAYLOADS = [
    "<script>window.pwned = 1</script>",
    "</script><script>window.pwned = 1</script>",
    "</title><img src=x onerror='window.pwned = 1'>",
    '"><svg onload="window.pwned = 1">',
    "' onfocus='window.pwned = 1' autofocus='",
    "javascript:window.pwned=1",
    "<iframe srcdoc='<script>parent.pwned = 1</script>'></iframe>",
    "<a href=https://example.org/evil>click</a>",
    "![x](https://example.org/evil.png)",
    "[x](javascript:alert(1))",
    "<!--",
    "-->",
    "]]>",
    "{{7*7}}",
    "{% raw %}",
    "{#",
    "${7*7}",
    "`${window.pwned = 1}`",
    "../../etc/passwd",
    "..\\..\\",
    "a/../../b",
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "＝1+1",
    '"',
    "'",
    "\\",
    "\0",
    "\u202eevil\u202c",
    "\ufeff",
    "&lt;b&gt;",
    "%00%0a%ff",
    "#1&a=2",
    "null",
    "NaN",
    "🦊" * 3,
    "مرحبا",
]

# Texts of a few characters, payloads, and payloads with something around them.
TEXTS = st.one_of(
    st.sampled_from(PAYLOADS),
    st.text(max_size=12),
    st.tuples(st.text(max_size=4), st.sampled_from(PAYLOADS), st.text(max_size=4)).map("".join),
)
ONE_LINE = TEXTS.filter(lambda text: text.strip())


def examples(count: int = 1000, each: int = 1):
    """So many texts are tried, `each` of them in one go; always the same ones, so that a failure can be repeated."""
    total = int(os.environ.get("HYPOTHESIS_EXAMPLES", count))
    return settings(max_examples=max(1, total // each), derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
