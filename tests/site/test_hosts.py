"""mlweb.site.host_limits: a site that its host would refuse is refused by the build."""

import pytest

from mlweb.errors import UserError
from mlweb.site import host_limits
from mlweb.site.build import build
from small_project import make


@pytest.mark.parametrize(
    ("hosting", "sizes", "sentence"),
    [
        ("github-pages", {"m.onnx": 100 * 10**6}, None),
        ("github-pages", {"m.onnx": 100 * 10**6 + 1}, "m.onnx has 100.0 MB, and GitHub Pages takes at most 100.0 MB per file"),
        ("github-pages", {str(n): 90 * 10**6 for n in range(12)}, "The site has 1.1 GB, and GitHub Pages takes at most 1.0 GB"),
        ("cloudflare-pages", {"m.onnx": 26 * 2**20}, "Cloudflare Pages takes at most 26.2 MB per file"),
        ("cloudflare-pages", {str(n): 1 for n in range(20_001)}, "20,001 files, and Cloudflare Pages takes at most 20,000"),
        ("gitlab-pages", {"m.onnx": 2 * 10**9}, "GitLab Pages takes at most 1.0 GB"),
        ("netlify", {"m.onnx": 2 * 10**9}, None),
        ("huggingface", {"m.onnx": 2 * 10**9}, None),
        ("other", {"m.onnx": 2 * 10**9}, None),
    ],
)
def test_limits_of_the_hosts(hosting, sizes, sentence):
    found = host_limits.exceeded(host_limits.HOSTS[hosting], sizes)
    assert (sentence is None and not found) or sentence in found[0]


def test_a_site_too_big_for_its_host_is_refused(tmp_path, monkeypatch):
    root = make(tmp_path)
    monkeypatch.setitem(host_limits.HOSTS, "github-pages", host_limits.Host("GitHub Pages", file=1000))
    with pytest.raises(UserError, match="has 2.0 kB, and GitHub Pages takes at most 1.0 kB per file"):
        build(root, root / "dist")
