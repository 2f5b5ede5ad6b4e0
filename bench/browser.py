"""Chromium without a window, driven by chromedriver, and `heed serve` for it. Needs Python 3.9 alone."""
import base64
import contextlib
import json
import pathlib
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

HEED = pathlib.Path(__file__).resolve().parent.parent / "heed"
FRAME = "const frame = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));"   # resolved when the next frame is drawn


class Browser:
    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen([shutil.which("chromedriver"), f"--port={port}"], stdout=subprocess.DEVNULL)
        options = {"args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1400,1000"],
                   "binary": shutil.which("chromium") or shutil.which("google-chrome")}
        wanted = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options, "timeouts": {"script": 60_000}, "pageLoadStrategy": "none"}}}
        for _ in range(200):
            try:
                self.session = self.post("/session", wanted)["sessionId"]
                return
            except urllib.error.URLError:
                time.sleep(.05)
        self.process.terminate()
        raise SystemExit("chromedriver does not answer")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        urllib.request.urlopen(urllib.request.Request(f"{self.address}/session/{self.session}", method="DELETE"))
        self.process.terminate()

    def post(self, path, body):
        request = urllib.request.Request(self.address + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        return json.load(urllib.request.urlopen(request))["value"]

    def open(self, address):
        self.post(f"/session/{self.session}/url", {"url": address})

    def run(self, script, *arguments):
        """Runs a script that calls its last argument with a result."""
        return self.post(f"/session/{self.session}/execute/async", {"script": script, "args": arguments})

    def ask(self, command, **parameters):
        """A command of the DevTools protocol."""
        return self.post(f"/session/{self.session}/goog/cdp/execute", {"cmd": command, "params": parameters})

    def look(self, width, height, dark=False):
        """Gives the window a size in pixels and the system a theme."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def picture(self, file, whole=True):
        """Writes what is in the window, or the whole page, as PNG."""
        shot = self.ask("Page.captureScreenshot", captureBeyondViewport=whole, **{"clip": self.size() | {"scale": 1}} if whole else {})
        pathlib.Path(file).write_bytes(base64.b64decode(shot["data"]))

    def size(self):
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        return {name: size[name] for name in ("x", "y", "width", "height")}


@contextlib.contextmanager
def served(model):
    """The address of a model's page."""
    process = subprocess.Popen([str(HEED), "serve", model, "--port", "0", "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield json.loads(process.stdout.readline())["address"]
    finally:
        process.terminate()
        process.wait()
