"""A copy of a site whose first script counts what the page must give back: workers, the sessions in them, addresses of blobs."""

from pathlib import Path

from engine_tabs import watched

# Every worker and every address of a blob that was made and not given back. A worker gets a session with each `load`.
# `started` and `addresses` count all that were made.
COUNTER = """{
  const workers = new Map(), urls = new Set(), total = { started: 0, addresses: 0 };
  window.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      workers.set(this, 0);
      total.started++;
    }
    postMessage(message, ...more) {
      if (message?.type === 'load' && workers.has(this)) workers.set(this, workers.get(this) + 1);
      super.postMessage(message, ...more);
    }
    terminate() {
      workers.delete(this);
      super.terminate();
    }
  };
  const { createObjectURL, revokeObjectURL } = URL;
  URL.createObjectURL = (blob) => {
    const url = createObjectURL.call(URL, blob);
    urls.add(url);
    total.addresses++;
    return url;
  };
  URL.revokeObjectURL = (url) => {
    urls.delete(url);
    revokeObjectURL.call(URL, url);
  };
  window.alive = () => ({ workers: workers.size, sessions: [...workers.values()].reduce((sum, each) => sum + each, 0), urls: urls.size, ...total });
}
"""


def counted(built: Path, folder: Path) -> Path:
    """The copy, which keeps errors and results as well."""
    watched(built, folder)
    [support] = folder.glob("app-*/support.js")
    support.write_text(COUNTER + support.read_text(encoding="utf-8"), encoding="utf-8")
    return folder
