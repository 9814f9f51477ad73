"""A stand-in for the services on the internet that know vulnerabilities."""

import gzip
import http.server
import json
import threading


class Advisories(http.server.ThreadingHTTPServer):
    """Stands in for the services that know vulnerabilities: OSV's for uv, the registry's for npm. `known` are packages that have one."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.known: set[str] = set()
        self.asked: set[str] = set()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        asked = json.loads(gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body)
        if "queries" in asked:
            names = [query["package"]["name"] for query in asked["queries"]]
            self.reply({"results": [{"vulns": [{"id": "TEST-1", "modified": "2026-01-01T00:00:00Z"}]} if name in self.server.known else {} for name in names]})
        else:
            names = list(asked)
            found = {"id": 1, "url": "x", "title": "bad", "severity": "high", "vulnerable_versions": "*", "cwe": [], "cvss": {"score": 9, "vectorString": None}}
            self.reply({name: [found] for name in names if name in self.server.known})
        self.server.asked.update(names)

    def do_GET(self):
        self.reply({"id": "TEST-1", "modified": "2026-01-01T00:00:00Z", "published": "2026-01-01T00:00:00Z", "summary": "bad", "affected": []})

    def reply(self, content: dict) -> None:
        data = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass
