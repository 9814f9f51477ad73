"""What pyproject.toml says about the project itself: its names, where its code lives, where its page will."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mlweb.errors import UserError, nearest
from mlweb.site.host_limits import HOSTS

FILE = Path("pyproject.toml")
UNTITLED = "My ML model"  # the title until a person gives one, as copier.yml has it


@dataclass(frozen=True)
class Project:
    """[project] and [tool.mlweb] of pyproject.toml."""

    title: str  # for people: "Diabetes progression"; "" until somebody gives one: the page is then called as its model
    slug: str  # for machines: "diabetes-progression"
    description: str
    author: str  # names only, no addresses
    license: str  # SPDX expression
    repository: str  # "owner/name", or an address
    hosting: str  # a key of HOSTS
    url: str  # where the page will be, with a final slash; "" when nobody knows yet

    @property
    def base(self) -> str:
        """The path under which the host serves the site, with a slash at both ends: "/name/", the slug when nobody knows it yet."""
        return urlsplit(self.url).path or f"/{self.slug}/"

    @property
    def source(self) -> str:
        """The address of the repository; "" for none."""
        return self.repository if not self.repository or "://" in self.repository else HOSTS[self.hosting].forge + self.repository


REPOSITORY = re.compile(r"(?!\.)[\w.-]+(/(?!\.)[\w.-]+)+")  # owner/name; groups may lie in groups


def is_web(address: str) -> bool:
    """Whether an address is one of the web, with a host."""
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets of IPv6 that do not close
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not re.search(r"[\s\x00-\x1f\x7f\\<>\"]", address)


def table(data: Any, *keys: str) -> dict:
    """A table of a TOML file; an empty one where there is none."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def load(path: Path = FILE) -> Project:
    """The project in a pyproject.toml; raises UserError with every key that is missing or wrong."""
    if not path.is_file():
        raise UserError(f"{path} is missing: run this command in the project's root folder.")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (RecursionError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not valid TOML: {error}.") from None

    problems = []

    def text(named: str, key: str, default: str | None = None) -> str:
        value = table(data, *named.split(".")).get(key, default)
        if not isinstance(value, str):
            what = "is missing" if value is None else "must be text"
            problems.append(f'{path}: the key "{key}" of [{named}] {what}.')
            return ""
        return value.strip()

    people = table(data, "project").get("authors", [])
    project = Project(
        title="" if (title := text("tool.mlweb", "title")) == UNTITLED else title,
        slug=text("project", "name"),
        description=text("project", "description", ""),
        author=", ".join(person["name"] for person in people if isinstance(table(person).get("name"), str)) if isinstance(people, list) else "",
        license=text("project", "license", ""),
        repository=text("tool.mlweb", "repository", ""),
        hosting=text("tool.mlweb", "hosting", "other"),
        url=re.sub(r"([^/])$", r"\1/", text("tool.mlweb", "url", "")),
    )
    if project.hosting not in HOSTS:
        known = ", ".join(HOSTS)
        problems.append(f'{path}: unknown hosting "{project.hosting}".{nearest(project.hosting, HOSTS)} Known: {known}.')
    if project.repository and not (REPOSITORY.fullmatch(project.repository) or is_web(project.repository)):
        problems.append(f'{path}: the repository "{project.repository}" must be owner/name, or an address that begins with https://.')
    if project.url and not is_web(project.url):
        problems.append(f'{path}: the url "{project.url}" must begin with https:// and name a host, such as https://owner.github.io/name/.')
    if problems:
        raise UserError(*problems)
    return project
