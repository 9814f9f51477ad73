"""The files that a contract names, such as pictures to start with, tokenizers and lists, as files of the site."""

from collections.abc import Callable
from copy import deepcopy

from mlweb.codec.kinds import ARRAYS
from mlweb.codec.kinds.text import Text
from mlweb.contract import list_check
from mlweb.contract.schema import Contract

Publish = Callable[[str], dict]  # the path of a file of the project -> its entry in the manifest


def publish_samples(form: dict, examples: list[dict], publish: Publish) -> tuple[dict, list[dict], list[str]]:
    """(form, examples, urls): copies in which each path of a file is the url of that file on the site, and those urls."""
    form, examples, urls = deepcopy(form), deepcopy(examples), {}
    fields = {field["name"]: field for source in form["inputs"] for field in source["fields"] if field["kind"] in ARRAYS}
    places = [(field, "default") for field in fields.values()] + [(example["values"], name) for example in examples for name in fields]
    for place, key in places:
        if isinstance(path := place.get(key), str):
            urls[path] = place[key] = urls.get(path) or publish(path)["url"]
    return form, examples, list(urls.values())


def publish_tokenizers(agreed: Contract, form: dict, publish: Publish) -> tuple[dict, list[dict]]:
    """(form, entries): a copy of the form in which each tokenizer says where the page finds it, and those entries in the manifest."""
    form, entries = deepcopy(form), []
    fields = {field["name"]: field for source in form["inputs"] for field in source["fields"]}
    for _, name, field in agreed.fields():
        if isinstance(field, Text) and field.tokenizer:
            entries.append(publish(field.tokenizer.file))
            fields[name]["tokenizer"] |= entries[-1]
    return form, entries


def publish_lists(agreed: Contract, form: dict, publish: Publish) -> tuple[dict, list[dict]]:
    """(form, entries): a copy of the form in which each list says where the page finds its texts and vectors, and those entries in the manifest."""
    form, entries = deepcopy(form), []
    for output in form["outputs"]:
        if shown := list_check.ranked(agreed).get(output["name"]):
            entries.append(publish(shown.items.vectors))
            output["items"] |= entries[-1]
    return form, entries
