"""Sounds by file, sample and microphone: the model gets the samples that Python reads, and what it makes can be heard and kept."""

import io
import json
import subprocess
import sys
from base64 import b64decode

import numpy as np
import onnxruntime
import pytest
import soundfile
from playwright.sync_api import expect
from test_page_batch import CAUGHT

import models_sound
from page_states import assert_fits

pytestmark = pytest.mark.slow

RATE = 16_000
# Keeps the last result, and everything that the page's own policy refuses.
HEARD = """() => { window.refused = []; addEventListener('securitypolicyviolation', (event) => window.refused.push(event.blockedURI));
  addEventListener('result', ({ detail }) => { window.heard = detail; }); }"""
BYTES = """(path) => { const { data } = path.reduce((at, key) => at[key], window.heard);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  let text = ''; for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text); }"""


@pytest.fixture
def listening(page, opened):
    """listening(model, metadata) -> the page, which keeps what it hears."""

    def listening(model=models_sound.same, metadata=models_sound.SAME):
        page.add_init_script(f"({HEARD})()")
        return opened(model, metadata)

    return listening


def tone(seconds: float = 0.5, rate: int = RATE, hertz: float = 440, channels: int = 1) -> np.ndarray:
    """A tone that grows, a little lower in each further channel; [samples, channels]."""
    time = np.arange(round(seconds * rate)) / rate
    waves = [np.sin(2 * np.pi * (hertz - 20 * channel) * time) * (0.1 + 0.6 * time) for channel in range(channels)]
    return np.stack(waves, axis=1).astype(np.float32)


def wav(samples: np.ndarray, rate: int = RATE, subtype: str = "FLOAT", kind: str = "WAV") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate, subtype=subtype, format=kind)
    return file.getvalue()


def give(page, content: bytes, name: str = "sound.wav") -> None:
    page.evaluate("() => { window.heard = undefined; }")
    page.locator("[data-field=sound] input[type=file]").set_input_files({"name": name, "mimeType": "audio/wav", "buffer": content})


def until(page, condition: str) -> None:
    """Wait for a condition in JavaScript; Playwright's own way is forbidden by the page's policy."""
    page.evaluate(f"""() => new Promise((resolve, reject) => {{ const end = Date.now() + 20_000;
      const look = () => ({condition} ? resolve() : Date.now() > end ? reject(new Error('never')) : setTimeout(look, 20)); look(); }})""")


def held(page, *path: str) -> np.ndarray:
    """The samples that the last result is of; by default those that the form holds."""
    until(page, "window.heard")
    return np.frombuffer(b64decode(page.evaluate(BYTES, list(path or ("values", "sound")))), np.float32)


def native(samples: np.ndarray) -> list[float]:
    """The loudest sample and the power, by native onnxruntime."""
    session = onnxruntime.InferenceSession(models_sound.same().SerializeToString(), providers=["CPUExecutionProvider"])
    return [float(each) for each in session.run(["loudest", "power"], {"sound": samples[None]})]


def shown(page) -> list[float]:
    expect(page.locator(".result .live")).not_to_have_attribute("aria-busy", "true")
    return [float(page.locator(f"[data-output={name}] data").get_attribute("value")) for name in ("loudest", "power")]


def test_a_float_file_at_the_models_rate_is_exact(listening):
    page = listening()
    expect(page.locator("[data-field=sound] .refusal")).to_be_hidden()
    expect(page.locator(".result .note")).to_have_text("No result yet.")
    samples = tone()
    give(page, wav(samples))
    np.testing.assert_array_equal(held(page), samples[:, 0])
    np.testing.assert_array_equal(held(page, "results", "same", "array"), samples[:, 0])
    assert shown(page) == pytest.approx(native(samples[:, 0]), rel=1e-5)
    expect(page.locator("[data-field=sound] .time").first).to_have_text("0.50 s")
    expect(page.get_by_role("img", name="Waveform: Sound, 0.50 s")).to_be_visible()
    assert len(page.locator("[data-field=sound] .waveform path").first.get_attribute("d")) > 1000


EXACT = [
    (RATE, 1, "PCM_16", "WAV", 4e-5),
    (RATE, 1, "PCM_16", "FLAC", 4e-5),
    (RATE, 1, "PCM_24", "WAV", 2e-7),
    (RATE, 2, "FLOAT", "WAV", 0),
]


def test_files_are_read_as_python_reads_them(listening, subtests):
    page = listening()
    for rate, channels, subtype, kind, atol in EXACT:
        with subtests.test(rate=rate):
            file = wav(tone(rate=rate, channels=channels), rate, subtype, kind)
            expected = soundfile.read(io.BytesIO(file), dtype="float32", always_2d=True)[0].mean(axis=1, dtype=np.float32)
            give(page, file, f"sound.{kind.lower()}")
            np.testing.assert_allclose(held(page), expected, rtol=0, atol=atol)
            assert shown(page) == pytest.approx(native(held(page)), rel=1e-5)


@pytest.mark.parametrize("rate", [8_000, 44_100])
def test_other_rates_are_converted(listening, rate):
    page = listening()
    give(page, wav(tone(1, rate), rate))
    samples, expected = held(page), tone(1)[:, 0]
    assert abs(len(samples) - len(expected)) <= 2
    inner = slice(1000, 15_000)  # resamplers differ at the ends
    assert np.abs(samples[inner] - expected[inner]).max() < 0.02


def test_seven_channels_work_or_are_refused_in_words(listening):
    page = listening()
    file = wav(tone(channels=7))
    give(page, file)
    says, loses = page.locator("[data-field=sound] .says"), "This browser would lose part of this file: save it with one or two channels."
    until(page, "window.heard || document.querySelector('[data-field=sound] .says').textContent")
    if says.inner_text():  # Firefox drops samples of such files
        expect(says).to_have_text(loses)
    else:
        np.testing.assert_allclose(held(page), tone(channels=7).mean(axis=1, dtype=np.float32), atol=1e-6)
    page.evaluate("() => { OfflineAudioContext.prototype.decodeAudioData = async () => new AudioBuffer({ length: 7000, sampleRate: 16000 }); }")
    give(page, wav(tone()))
    expect(says).to_have_text(loses)


def test_a_bad_file_is_told_and_the_earlier_sound_stays(listening):
    page = listening()
    give(page, wav(tone()))
    before = held(page)
    for content, sentence in [(b"no sound at all", "can’t be read as audio"), (b"", "This file contains no sound")]:
        give(page, content, "bad.wav")
        expect(page.locator("[data-field=sound] .says")).to_contain_text(sentence)
        np.testing.assert_array_equal(held(page), before)
    give(page, wav(tone(0.25)))
    expect(page.locator("[data-field=sound] .says")).to_be_empty()
    expect(page.locator("[data-field=sound] .time").first).to_have_text("0.25 s")


def test_a_sound_can_be_dropped_and_removed(listening):
    page = listening()
    drop = """(zone, bytes) => { const given = new DataTransfer();
      given.items.add(new File([new Uint8Array(bytes)], 'sound.wav', { type: 'audio/wav' }));
      zone.dispatchEvent(new DragEvent('drop', { dataTransfer: given, bubbles: true, cancelable: true })); }"""
    page.locator("[data-field=sound] .source").evaluate(drop, list(wav(tone())))
    np.testing.assert_array_equal(held(page), tone()[:, 0])
    page.get_by_role("button", name="Remove").click()
    expect(page.locator(".result .note")).to_have_text("No result yet.")
    expect(page.locator("[data-field=sound] .sound")).to_be_hidden()
    expect(page.locator("[data-field=sound] input[type=file]")).to_be_focused()


def test_a_sound_is_played_under_the_pages_own_policy(listening):
    page = listening()
    give(page, wav(tone(3)))
    held(page)
    play = page.get_by_role("button", name="Play: Sound")
    play.click()
    expect(page.get_by_role("button", name="Stop: Sound")).to_be_visible()
    expect(play).to_be_visible()  # again, when it has ended
    assert page.evaluate("window.refused") == []
    expect(page.locator("[data-field=sound] .sound [role=status]")).to_be_empty()


def test_what_the_model_makes_can_be_kept(listening):
    page = listening()
    give(page, wav(tone()))
    held(page)
    saved = bytes(page.get_by_role("button", name="Download as WAV").evaluate(CAUGHT))
    samples, rate = soundfile.read(io.BytesIO(saved), dtype="float32")
    assert rate == RATE
    np.testing.assert_array_equal(samples, tone()[:, 0])


def test_a_graph_of_a_fixed_length_gets_silence_or_a_cut(listening):
    page = listening(models_sound.second, models_sound.SECOND)
    session = onnxruntime.InferenceSession(models_sound.second().SerializeToString(), providers=["CPUExecutionProvider"])
    for seconds in (0.5, 1.7):
        samples = tone(seconds)[:, 0]
        give(page, wav(samples))
        held(page)
        fitted = np.pad(samples, (0, RATE))[:RATE]
        [expected] = session.run(None, {"sound": fitted[None]})
        assert float(page.locator("[data-output=sum] data").get_attribute("value")) == pytest.approx(expected[0], rel=1e-4)
    expect(page.locator(".batch .note")).to_have_text(
        "No table here: this model takes images, audio or whole arrays, which don’t fit into the cells of a table."
    )
    expect(page.locator(".what-if .note")).to_contain_text("No curves here")


def test_a_sample_is_where_the_form_starts_and_what_a_link_carries(page, served):
    url, folder = served(models_sound.same, models_sound.SAME)
    for name, seconds in (("long", 1), ("short", 0.25)):
        (folder / f"{name}.wav").write_bytes(wav(tone(seconds)))
    [manifest] = folder.glob("app-*/manifest.json")
    content = json.loads(manifest.read_text())
    content["form"]["inputs"][0]["fields"][0]["default"] = "../long.wav"
    content["examples"] = [{"label": "A short one", "values": {"sound": "../short.wav"}}, {"label": "None", "values": {"sound": "../none.wav"}}]
    manifest.write_text(json.dumps(content))
    page.add_init_script(f"({HEARD})()")
    page.goto(url)
    time = page.locator("[data-field=sound] .time").first
    expect(time).to_have_text("1.00 s", timeout=30_000)
    page.get_by_role("button", name="A short one").click()
    expect(time).to_have_text("0.25 s")
    page.wait_for_url("**/*short.wav*")
    link = page.url
    page.get_by_role("button", name="None").click()
    expect(page.locator("[data-field=sound] .says")).to_have_text("The sample ../none.wav could not be loaded: check the connection, then try again.")
    page.goto("about:blank")
    page.goto(link)
    expect(time).to_have_text("0.25 s", timeout=30_000)
    np.testing.assert_array_equal(held(page), tone(0.25)[:, 0])


def test_the_embedded_model_takes_files_addresses_and_arrays(page, served):
    url, folder = served(models_sound.same, models_sound.SAME)
    (folder / "tone.wav").write_bytes(wav(tone()))
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]", timeout=30_000)
    code = """async () => {
      const model = await (await import(new URL('embed.js', location.href))).load('./');
      const file = await (await fetch('tone.wav')).blob();
      const array = { dtype: 'float32', dims: [3], data: [0.5, -0.25, 0] };
      const given = [file, new File([file], 'tone.wav'), '../tone.wav', array, { ...array, data: Float32Array.from(array.data) }];
      const results = await Promise.all(given.map((sound) => model.predict({ sound })));
      const bad = [new Blob(['x']), '../none.wav', undefined, { ...array, dims: [4] }, 5];
      const refused = await Promise.all(bad.map((sound) => model.predict({ sound }).catch((error) => error.message)));
      return [results.map(({ loudest }) => loudest.value), refused]; }"""
    loudest, refused = page.evaluate(code)
    assert loudest == pytest.approx([native(tone()[:, 0])[0]] * 3 + [0.5] * 2, rel=1e-6)
    assert "can’t be read as audio" in refused[0] and "../none.wav could not be loaded" in refused[1] and "is empty" in refused[2]
    assert refused[3] == refused[4] == "Sound: Pass a Blob, a URL or {dtype, dims, data}, where data has as many elements as dims say."


def test_snippets_read_the_sample(page, served):
    url, folder = served(models_sound.second, models_sound.SECOND)
    (folder / "tone.wav").write_bytes(wav(tone(0.7)))
    [manifest] = folder.glob("app-*/manifest.json")
    manifest.write_text(manifest.read_text().replace('"label": "Sound"', '"label": "Sound", "default": "../tone.wav"', 1))
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]", timeout=30_000)
    expect(page.locator("[data-output=sum] data")).to_be_visible()
    expect(page.get_by_role("region", name="Python")).to_contain_text("soundfile.read", timeout=30_000)
    code, module, element = (
        page.get_by_role("region", name=name).inner_text() for name in ("Python", "Run the model from JavaScript", "Embed the model in another page")
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    value = float(page.locator("[data-output=sum] data").get_attribute("value"))
    assert float(done.stdout.removeprefix("sum [").strip().rstrip("]")) == pytest.approx(value, rel=1e-4)
    assert '"sound": "../tone.wav"' in module and 'values=\'{"sound":"../tone.wav"}\'' in element
    give(page, wav(tone(0.5)))
    expect(page.get_by_role("region", name="Python")).to_contain_text("np.zeros((1, 16000), np.float32)")
    expect(page.get_by_role("region", name="Run the model from JavaScript")).to_contain_text("dims: [8000], data: new Float32Array(8000)")


@pytest.fixture
def microphone(page_with_devices, tmp_path, whole):
    """microphone(allowed) -> the page in a browser of its own, whose microphone plays a tone."""

    def microphone(allowed: bool = True, metadata: str = models_sound.SAME):
        file = tmp_path / "tone.wav"
        time = np.arange(48_000) / 48_000
        soundfile.write(file, 0.5 * np.sin(2 * np.pi * 440 * time), 48_000, subtype="PCM_16")
        page = page_with_devices(f"--use-file-for-fake-audio-capture={file}", "microphone", allowed)
        page.add_init_script(f"({HEARD})()")
        page.goto(whole(models_sound.same, metadata))
        page.wait_for_selector("html[data-state=ready]", timeout=30_000)
        return page

    return microphone


def test_the_microphone_gives_what_it_hears(microphone):
    page = microphone()
    page.get_by_role("button", name="Record").click()
    stop = page.get_by_role("button", name="Stop recording")
    expect(stop).to_be_visible()
    until(page, "parseFloat(document.querySelector('[role=timer]').textContent) > 1")
    # A busy machine may be late with the made-up sound, which then is silent: the level is waited for, and power is of what is not silent.
    until(page, "document.querySelector('[role=meter]').getAttribute('aria-valuenow') > 0.4")
    level = float(page.get_by_role("meter", name="Input level").get_attribute("aria-valuenow"))
    stop.click()
    samples = held(page)
    assert level <= 0.52
    assert len(samples) > RATE / 2
    inner = samples[2000:-2000]
    spectrum = np.abs(np.fft.rfft(inner * np.hanning(len(inner))))
    assert abs(np.fft.rfftfreq(len(inner), 1 / RATE)[spectrum.argmax()] - 440) < 3
    assert np.mean(inner[inner != 0] ** 2) == pytest.approx(0.125, rel=0.05), "as loud as it was: nothing levels it"
    # As long as it happened to be: the bound of a float32 sum in any order grows with its length.
    assert shown(page) == pytest.approx(native(samples), rel=len(samples) * 2**-24)
    assert page.evaluate("window.refused") == []
    expect(page.locator("[data-field=sound] .recording")).to_be_hidden()


def test_a_microphone_that_is_taken_off_the_page_is_let_go(microphone):
    page = microphone()
    page.evaluate("""() => { const get = MediaDevices.prototype.getUserMedia;
      MediaDevices.prototype.getUserMedia = async function (wish) {
        const stream = await get.call(this, wish);
        window.track = stream.getTracks()[0];
        return stream; }; }""")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("button", name="Stop recording")).to_be_visible()
    page.evaluate("document.querySelector('.predict').remove()")
    until(page, "window.track.readyState === 'ended'")


def test_a_recording_ends_where_the_field_says(microphone):
    page = microphone(metadata=models_sound.SAME.replace("rate: 16000}\noutputs", "rate: 16000, seconds: 0.5}\noutputs"))
    page.get_by_role("button", name="Record").click()
    expect(page.locator("[data-field=sound] .says")).to_have_text("The recording has stopped: this field takes at most 0.50 s.")
    assert abs(len(held(page)) - RATE / 2) <= 2
    expect(page.get_by_role("button", name="Record")).to_be_visible()


def test_a_refused_microphone_is_told_and_the_earlier_sound_stays(microphone):
    page = microphone(allowed=False)
    give(page, wav(tone()))
    before = held(page)
    page.get_by_role("button", name="Record").click()
    expect(page.locator("[data-field=sound] .says")).to_contain_text("Microphone access is blocked")
    expect(page.get_by_role("button", name="Record")).to_be_visible()
    page.evaluate("() => { window.heard = undefined; document.querySelector('form').dispatchEvent(new Event('input')); }")
    np.testing.assert_array_equal(held(page), before)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("NotFoundError", "No microphone was found"),
        ("NotReadableError", "Another program is using"),
        ("Error", "could not be started"),
        ("", "only on https pages"),
    ],
)
def test_why_there_is_no_microphone(listening, page, name, sentence):
    failing = f"async () => {{ throw Object.assign(new Error('no'), {{ name: '{name}' }}); }}"
    insecure = "delete Navigator.prototype.mediaDevices;"  # as on plain http
    page.add_init_script(f"if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = {failing};" if name else insecure)
    listening().get_by_role("button", name="Record").click()
    expect(page.locator("[data-field=sound] .says")).to_contain_text(sentence)


def test_nothing_runs_over_the_edge(listening, page):
    listening()
    give(page, wav(tone()))
    held(page)
    assert_fits(page)
