"""Every rule refuses with its sentence, every default passes, and all ways to answer lead to the same project."""

import os
import select
import sys
import tomllib

import copier
import jinja2
import pytest
import yaml

from commands import COPIER, cli, run
from paths import ROOT
from template_copy import ASKED, QUESTIONS, given, tree

REFUSED = [
    ("project_name", "", 'Write a few words, such as "House prices": the title is empty.'),
    ("project_name", "  ", 'Write a few words, such as "House prices": the title is empty.'),
    ("project_name", "a\nb", "Write the title as one line: it has a line break or control character."),
    ("project_name", "a\x07b", "Write the title as one line"),
    ("project_name", "a\u2028b", "Write the title as one line"),
    ("project_name", "x" * 81, "Use at most 80 characters: the title has 81."),
    ("project_slug", "", "Use a-z, 0-9 and single dashes, a letter first and no dash last: house-prices"),
    ("project_slug", "Prices", "Use a-z, 0-9"),
    ("project_slug", "2-prices", "a letter first"),
    ("project_slug", "house--prices", "single dashes"),
    ("project_slug", "prices-", "no dash last"),
    ("project_slug", "prices\n", "Use a-z, 0-9"),
    ("project_slug", "größe", "Use a-z, 0-9"),
    ("project_slug", "x" * 59, "Use at most 58 characters, as web hosts do: the short name has 59."),
    ("description", "a\nb", "Write the description as one line"),
    ("description", "x" * 201, "Use at most 200 characters: the description has 201."),
    ("author", "a\tb", "Write the author as one line"),
    ("author", "x" * 81, "Use at most 80 characters: the author has 81."),
    ("repository", "prices", "Write owner/name or the repository's address, such as octocat/house-prices."),
    ("repository", "me/", "Write owner/name"),
    ("repository", "/prices", "Write owner/name"),
    ("repository", "me/you/prices", "Write owner/name"),
    ("repository", "-me/prices", "Write owner/name"),
    ("repository", "me--you/prices", "Write owner/name"),
    ("repository", "me_you/prices", "Write owner/name"),
    ("repository", f"{'x' * 40}/prices", "Write owner/name"),
    ("repository", "me/my prices", "Write owner/name"),
    ("repository", "me/..", "Write owner/name"),
    ("repository", "https://example.org/me/prices", "Write owner/name"),
    ("repository", "https://github.com/me", "Write owner/name"),
    ("repository", "https://github.com/me/prices/tree/main", "Write owner/name"),
    ("repository", "git@github.com:me/my prices.git", "Write owner/name"),
    ("license", "GPL", "Invalid choice for 'license': 'GPL' is not in"),
    ("recipe", "nope", "Invalid choice for 'recipe': 'nope' is not in"),
    ("hosting", "nope", "Invalid choice for 'hosting': 'nope' is not in"),
    ("extras", "[nope]", "Invalid choice for 'extras': 'nope' is not in"),
]

SLUGS = {
    "House prices": "house-prices",
    "  Präzise   Größen – Zürich!": "prazise-grossen-zurich",
    "L'été à Besançon": "l-ete-a-besancon",
    "Cafe\u0301": "cafe",
    "ŁÓDŹ & Þórshöfn & Ærø": "lodz-thorshofn-aero",
    "2026: a model": "a-model",
    "東京 🦊": "my-model",
    "42": "my-model",
    "x" * 57 + " y": "x" * 57,
}

URLS = {
    ("github-pages", "Octo-Cat/Prices"): "https://octo-cat.github.io/Prices/",
    ("github-pages", "octo/Octo.github.io"): "https://octo.github.io/",
    ("github-pages", ""): "",
    ("gitlab-pages", "octo/prices"): "https://octo.gitlab.io/prices/",
    ("gitlab-pages", "octo/octo.gitlab.io"): "https://octo.gitlab.io/",
    ("gitlab-pages", ""): "",
    ("cloudflare-pages", "octo/other"): "https://prices.pages.dev/",
    ("netlify", ""): "https://prices.netlify.app/",
    ("huggingface", "Octo/My_prices.2"): "https://octo-my-prices-2.static.hf.space/",
    ("huggingface", ""): "",
    ("other", "octo/prices"): "",
    ("github-pages", "https://github.com/Octo-Cat/Prices.git"): "https://octo-cat.github.io/Prices/",
    ("github-pages", "https://gitlab.com/octo/prices"): "",
    ("huggingface", "https://huggingface.co/spaces/octo/prices"): "https://octo-prices.static.hf.space/",
}

PASTED = {
    ("github-pages", "https://github.com/octo/prices"): "octo/prices",
    ("netlify", "https://github.com/octo/prices.git/"): "octo/prices",
    ("netlify", "git@github.com:octo/prices.git"): "octo/prices",
    ("other", "ssh://git@github.com/octo/prices.js"): "octo/prices.js",
    ("gitlab-pages", "https://gitlab.com/octo/prices/"): "octo/prices",
    ("netlify", "git@gitlab.com:octo/prices.git"): "https://gitlab.com/octo/prices",
    ("huggingface", "https://huggingface.co/spaces/octo/prices"): "octo/prices",
    ("huggingface", "https://github.com/octo/prices"): "https://github.com/octo/prices",
    ("other", "https://huggingface.co/spaces/octo/prices"): "https://huggingface.co/spaces/octo/prices",
    ("other", ""): "",
}


def pyproject(project) -> dict:
    return tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "answer", "sentence"), REFUSED)
def test_refused(source, tmp_path, name, answer, sentence):
    with pytest.raises(ValueError) as refusal:
        copier.run_copy(str(source), tmp_path / "project", data={name: answer}, defaults=True, quiet=True, unsafe=False)
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value).replace(answer, "")
    if "validator" in QUESTIONS[name]:
        assert len(str(refusal.value).partition("': ")[2]) < 80, "a terminal of 80 columns cuts the end off"
    assert not (tmp_path / "project").exists()


def test_every_rule_has_been_seen_to_refuse():
    assert {name for name, _, _ in REFUSED} == {name for name in QUESTIONS if name != "url"}


def test_longest_answers_pass(rendered):
    project = rendered(project_name="x" * 80, project_slug="x" * 58, description="x" * 200, author="x" * 80, repository=f"{'x' * 39}/{'y' * 100}")
    assert pyproject(project)["project"]["name"] == "x" * 58


@pytest.mark.parametrize("title", SLUGS)
def test_slug_of_a_title(title):
    assert computed("slugify", title) == SLUGS[title]


@pytest.mark.parametrize(("hosting", "repository"), URLS)
def test_url_of_the_site(hosting, repository):
    assert computed("site_url", hosting, repository, "prices") == URLS[hosting, repository]


@pytest.mark.parametrize(("hosting", "repository"), PASTED)
def test_a_pasted_address_names_the_repository(hosting, repository):
    assert computed("located", repository, hosting) == PASTED[hosting, repository]


def test_a_pasted_address_is_taken(rendered):
    project = rendered(repository="git@github.com:Octo-Cat/Prices.git")
    about = pyproject(project)["tool"]["mlweb"]
    assert (about["repository"], about["url"]) == ("Octo-Cat/Prices", "https://octo-cat.github.io/Prices/")


def test_what_is_computed_arrives_in_the_project(rendered):
    about = pyproject(rendered(project_name="House prices", hosting="github-pages", repository="Octo-Cat/Prices"))
    assert about["project"]["name"] == "house-prices"
    tool = {"title": "House prices", "repository": "Octo-Cat/Prices", "hosting": "github-pages", "url": "https://octo-cat.github.io/Prices/"}
    assert about["tool"]["mlweb"] == tool


def computed(macro: str, *given: str) -> str:
    """What a macro of hooks/compute.jinja gives, in an environment as Copier makes it."""
    loader, extensions = jinja2.FileSystemLoader(ROOT), ["jinja2_ansible_filters.AnsibleCoreFiltersExtension"]
    environment = jinja2.Environment(loader=loader, undefined=jinja2.StrictUndefined, extensions=extensions)
    return str(getattr(environment.get_template("hooks/compute.jinja").module, macro)(*given)).strip()


def test_ways_to_answer_on_the_command_line(source, tmp_path):
    answers = {"project_name": "Zoë's prices", "repository": "zoe/prices", "license": "none", "hosting": "netlify"}
    (tmp_path / "answers.yml").write_text(yaml.safe_dump(answers), encoding="utf-8")
    by_option = cli("copy", "--defaults", *given(answers), source, tmp_path / "one")
    by_file = cli("copy", "--defaults", "--data-file", tmp_path / "answers.yml", source, tmp_path / "two")
    assert (by_option.returncode, by_file.returncode) == (0, 0), by_option.stderr + by_file.stderr
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    assert pyproject(tmp_path / "one")["project"]["name"] == "zoe-s-prices"


def test_messages(source, tmp_path):
    said = cli("copy", "--defaults", source, tmp_path / "project").stderr
    assert said.index("Nothing is run, installed or sent.") < said.index("create") < said.index(f"cd {tmp_path}") < said.index("uv run poe start")


def test_commands_of_the_message_can_be_pasted(source, tmp_path):
    folder = tmp_path / "Zoë's own prices"
    said = cli("copy", "--defaults", source, folder).stderr
    [line] = [line for line in said.splitlines() if line.startswith("  cd ")]
    assert run("sh", "-c", f"{line} && pwd", cwd=tmp_path).stdout.strip() == str(folder)
    assert "no git history, so the project can't be updated later" in said


def test_nothing_is_claimed_of_what_was_only_tried(source, tmp_path):
    done = cli("copy", "--defaults", "--pretend", source, tmp_path / "project")
    assert done.returncode == 0 and not (tmp_path / "project").exists()
    assert "Nothing was written, as --pretend asks." in done.stderr and "Next steps" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_answers_typed_at_a_terminal(source, tmp_path, rendered):
    """Enter at every question gives what --defaults gives; a refused answer is corrected on the spot."""
    import pty

    pid, terminal = pty.fork()
    if pid == 0:  # the child is Copier
        os.chdir(tmp_path)
        os.execv(sys.executable, [sys.executable, str(COPIER), "copy", str(source), "typed"])
    replies = {QUESTIONS[name]["help"]: b"-\r" if name == "project_slug" else b"\r" for name in ASKED}
    replies["Use a-z, 0-9 and single"] = b"\x7f\r"  # takes the dash away from "my-ml-model-"
    said = ""
    while select.select([terminal], [], [], 30)[0]:
        try:
            said += os.read(terminal, 4096).decode(errors="replace")
        except OSError:  # Copier has ended
            break
        for words in [words for words in replies if words in said]:
            os.write(terminal, replies.pop(words))
    assert not replies, f"never seen: {list(replies)} in {said}"
    assert os.waitpid(pid, 0)[1] == 0, said
    assert tree(tmp_path / "typed") == tree(rendered())
