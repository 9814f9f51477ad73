"""Where a site can be published, and how much each host takes."""

from dataclasses import dataclass

MB, GB, MIB = 10**6, 10**9, 2**20


@dataclass(frozen=True)
class Host:
    """Limits of a host, None for none: bytes of one file, bytes of the whole site, number of files; and where its repositories are."""

    name: str
    file: int | None = None
    site: int | None = None
    files: int | None = None
    forge: str = "https://github.com/"


HOSTS = {
    "github-pages": Host("GitHub Pages", file=100 * MB, site=GB),
    "gitlab-pages": Host("GitLab Pages", site=GB, forge="https://gitlab.com/"),
    "cloudflare-pages": Host("Cloudflare Pages", file=25 * MIB, files=20_000),
    "netlify": Host("Netlify"),
    "huggingface": Host("a Hugging Face Space", forge="https://huggingface.co/spaces/"),
    "other": Host("the host"),
}


def size(count: int) -> str:
    """Bytes for people: "14.3 MB"."""
    for unit, factor in (("GB", GB), ("MB", MB), ("kB", 1000)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count} bytes"


def exceeded(host: Host, sizes: dict[str, int]) -> list[str]:
    """Why the host would refuse a site of these files (path -> bytes): one sentence a reason."""
    problems = [
        f"{path} has {size(count)}, and {host.name} takes at most {size(host.file)} per file: make it smaller, or choose another hosting in pyproject.toml."
        for path, count in sizes.items()
        if host.file and count > host.file
    ]
    total = sum(sizes.values())
    if host.site and total > host.site:
        problems.append(f"The site has {size(total)}, and {host.name} takes at most {size(host.site)}: make the model smaller.")
    if host.files and len(sizes) > host.files:
        problems.append(f"The site has {len(sizes):,} files, and {host.name} takes at most {host.files:,}: remove some from web/.")
    return problems
