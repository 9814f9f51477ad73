"""The recipe for photos in folders: what it reads, what it refuses in a sentence, and that other photos give another page without an edit."""

import importlib.util
import json

import numpy as np
import pytest
from PIL import Image, ImageOps

from commands import git, poe
from mlweb.errors import UserError
from mlweb.proof import golden
from paths import ROOT
from vendored import lend

RECIPE = ROOT / "template/{% if recipe == 'image-folder' %}.{% endif %}"
TURNED = 6  # the EXIF orientation of a camera that was held upright
ORIENTATION = 0x0112
KINDS = {"chien 🐶": (200, 60, 40), "chat": (40, 60, 200)}  # a class and its colour


@pytest.fixture
def photos():
    """notebooks/photos.py of the recipe."""
    place = importlib.util.spec_from_file_location("photos", RECIPE / "notebooks/photos.py")
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


def speckled(colour: tuple[int, int, int], seed: int, size: tuple[int, int] = (40, 30)) -> Image.Image:
    """A photo of a colour, unlike any other."""
    noise = np.random.default_rng(seed).normal(0, 12, (size[1], size[0], 3))
    return Image.fromarray((np.array(colour) + noise).clip(0, 255).astype(np.uint8))


def fill(folder, count: int = 12) -> None:
    """As many photos of each of KINDS, of all three types, in folders of folders too."""
    for index, (name, colour) in enumerate(KINDS.items()):
        (folder / name / "more").mkdir(parents=True)
        for number in range(count):
            place = folder / name / ("more" if number % 4 == 3 else ".")
            speckled(colour, 100 * index + number).save(place / f"{number}.{('JPG', 'png', 'webp')[number % 3]}")


def refused(photos, folder) -> str:
    with pytest.raises(UserError) as refusal:
        photos.load(folder)
    return str(refusal.value)


def test_folders_are_classes(photos, tmp_path):
    fill(tmp_path)
    (tmp_path / "chat/.DS_Store").write_bytes(b"")
    (tmp_path / "chat/notes.txt").write_text("mine")
    (tmp_path / ".cache").mkdir()
    pictures, labels, classes = photos.load(tmp_path)
    assert classes == ["chat", "chien 🐶"] and labels.tolist() == [0] * 12 + [1] * 12
    assert all(picture.shape == (30, 40, 3) and picture.dtype == np.uint8 for picture in pictures)
    assert pictures[0][..., 2].mean() > 150 > pictures[-1][..., 2].mean()


def test_without_photos_there_is_nothing(photos, tmp_path):
    assert photos.load(tmp_path / "photos") is None
    (tmp_path / "photos/cat").mkdir(parents=True)
    assert photos.load(tmp_path / "photos") is None


def test_a_photo_is_read_as_the_page_reads_it(photos, tmp_path):
    plain = Image.fromarray(np.arange(24, dtype=np.uint8).reshape(2, 4, 3) * 10)
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED
    plain.save(tmp_path / "turned.png", exif=exif)
    upright = photos.read(tmp_path / "turned.png")
    assert upright.shape == (4, 2, 3) and np.array_equal(upright, np.array(ImageOps.exif_transpose(Image.open(tmp_path / "turned.png"))))
    Image.new("RGBA", (3, 3), (10, 20, 30, 0)).save(tmp_path / "clear.png")
    assert (photos.read(tmp_path / "clear.png") == 255).all()
    Image.new("L", (900, 300), 7).save(tmp_path / "large.jpg")
    assert photos.read(tmp_path / "large.jpg").shape == (85, 256, 3)


def test_the_same_photo_counts_once_and_is_of_one_class(photos, tmp_path):
    fill(tmp_path)
    (tmp_path / "chat/again.png").write_bytes((tmp_path / "chat/1.png").read_bytes())
    assert len(photos.load(tmp_path)[0]) == 24
    (tmp_path / "chien 🐶/wrong.png").write_bytes((tmp_path / "chat/1.png").read_bytes())
    assert "wrong.png can't be taken (it is" in refused(photos, tmp_path) and "in another class)" in refused(photos, tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("broken.jpg", b"<!doctype html>", "chat/broken.jpg can't be taken (cannot identify image file"),
        ("phone.HEIC", b"ftyp", "chat/phone.HEIC can't be taken (.HEIC is none of .jpeg, .jpg, .png, .webp: save it as one of them)"),
        ("cut.jpg", None, "chat/cut.jpg can't be taken ("),
    ],
)
def test_a_file_that_is_no_photo_is_named(photos, tmp_path, name, content, sentence):
    fill(tmp_path)
    whole = (tmp_path / "chat/0.JPG").read_bytes()
    (tmp_path / "chat" / name).write_bytes(whole[: len(whole) // 2] if content is None else content)
    assert sentence in refused(photos, tmp_path)


def test_16_bits_are_not_cut_off_in_silence(photos, tmp_path):
    fill(tmp_path)
    Image.fromarray(np.full((4, 4), 40_000, np.uint16)).save(tmp_path / "chat/scan.png")
    assert "save it with 8 bits a channel" in refused(photos, tmp_path)


def test_what_is_no_set_of_classes_is_told(photos, tmp_path):
    fill(tmp_path, 9)
    assert f"{tmp_path}/chat has 9 photos: a class needs 10 or more" in refused(photos, tmp_path)
    speckled((0, 0, 0), 1).save(tmp_path / "loose.png")
    assert f"{tmp_path}/loose.png is in no class" in refused(photos, tmp_path)
    (tmp_path / "one/cat").mkdir(parents=True)
    speckled((0, 0, 0), 1).save(tmp_path / "one/cat/a.png")
    assert "has one class, cat: add a folder" in refused(photos, tmp_path / "one")
    for number in range(8):
        (tmp_path / f"chat/{number}.bmp").write_bytes(bytes(number))
    (tmp_path / "loose.png").unlink()
    assert refused(photos, tmp_path).count("can't be taken") == 5 and "… and 3 more." in refused(photos, tmp_path)


@pytest.mark.slow
def test_other_photos_give_another_page_without_an_edit(render):
    project = render(recipe="image-folder")
    git(project, "init", "--quiet")
    lend(project)
    notebook = project / "notebooks/train.ipynb"
    text = notebook.read_text(encoding="utf-8")
    fill(project / "notebooks/photos", 16)
    (project / "notebooks/photos/chat/broken.png").write_bytes(b"nothing")
    said = poe(project, "train", check=False)
    assert "notebooks/photos/chat/broken.png can't be taken" in said and "Traceback" not in said
    (project / "notebooks/photos/chat/broken.png").unlink()

    hub = text.replace('BACKBONE = \\"here\\"', 'BACKBONE = \\"mobilenet\\"')
    assert hub != text
    notebook.write_text(hub, encoding="utf-8")
    said = poe(project, "train", check=False)
    assert "get it with: uv add --group train torchvision==0.28.0" in said and "Traceback" not in said

    quick = text.replace("SHAPES, EPOCHS, BATCH = 6000, 6", "SHAPES, EPOCHS, BATCH = 300, 1")
    notebook.write_text(quick, encoding="utf-8")
    for task in ("train", "export", "check", "build"):
        poe(project, task)
    [manifest] = project.glob("dist/app-*/manifest.json")
    known = json.loads(manifest.read_text(encoding="utf-8"))
    assert known["form"]["outputs"][0]["classes"] == ["chat", "chien 🐶"]
    assert known["facts"]["data"].startswith("32 photos (16 of chat, 16 of chien 🐶)")
    assert known["facts"]["rows"] == {"train": 24, "heldout": 8} and known["facts"]["metrics_on"] == "8 held-out photos"
    assert known["facts"]["metrics"][0]["model"] == known["facts"]["metrics"][0]["baseline"] == 1, "two colours are told apart by both"
    assert "data" not in known["card"] and len(known["examples"]) == 3

    sizes = [Image.open(project / f"examples/photo-{number}.jpg").size for number in (1, 2, 3)]
    assert sizes == [(40, 30)] * 3
    notebook.write_text(quick.replace("PUBLISH = True", "PUBLISH = False"), encoding="utf-8")
    poe(project, "train")
    poe(project, "export")
    proof = [feeds["photo"].shape for feeds, _ in golden.read_rows(project / "model/heldout.npz")]
    sizes = [Image.open(project / f"examples/photo-{number}.jpg").size for number in (1, 2, 3)]
    assert min(map(min, sizes)) >= 96 and (30, 40, 3) not in proof, "no photo leaves the folder"
