#!/usr/bin/env python3
"""Times an attention page in Chromium: from opening the file to its first map on the screen, and from one head to another.

    ./heed attention MODEL "some hundred tokens" --out maps --format html
    python bench/page.py maps/attention.html --rounds 5

Prints the size of the file, and of both times the median and the range. Needs chromium and chromedriver, and Python 3.9 alone.
"""
import argparse
import json
import pathlib
import random
import shutil
import socket
import statistics
import subprocess
import time
import urllib.error
import urllib.request

READY = """const done = arguments[0];
const drawn = () => requestAnimationFrame(() => setTimeout(() => done(performance.now())));
const wait = () => document.documentElement.dataset.ready === 'yes' && heed.page.maps.length > 0 ? drawn() : setTimeout(wait, 2);
wait();"""
SWITCH = """const [layer, head, done] = arguments;
const start = performance.now();
heed.page.change({layer, head});
heed.page.taken.then(() => requestAnimationFrame(() => setTimeout(() => done(performance.now() - start))));"""


class Driver:
    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen([shutil.which("chromedriver"), f"--port={port}"], stdout=subprocess.DEVNULL)
        options = {"args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1400,1000"],
                   "binary": shutil.which("chromium") or shutil.which("google-chrome")}
        wanted = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options, "timeouts": {"script": 60_000}, "pageLoadStrategy": "none"}}}
        for _ in range(200):
            try:
                self.session = self.post("/session", wanted)["sessionId"]
                return
            except urllib.error.URLError:
                time.sleep(.05)
        raise SystemExit("chromedriver does not answer")

    def post(self, path, body):
        request = urllib.request.Request(self.address + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        return json.load(urllib.request.urlopen(request))["value"]

    def open(self, address):
        self.post(f"/session/{self.session}/url", {"url": address})

    def run(self, script, *arguments):
        return self.post(f"/session/{self.session}/execute/async", {"script": script, "args": arguments})

    def close(self):
        urllib.request.urlopen(urllib.request.Request(f"{self.address}/session/{self.session}", method="DELETE"))
        self.process.terminate()


def said(name, times):
    print(f"{name}: {statistics.median(times):.0f} ms (median of {len(times)}; {min(times):.0f} to {max(times):.0f})")


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("page", type=pathlib.Path)
parser.add_argument("--rounds", type=int, default=5)
given = parser.parse_args()
print(f"{given.page}: {given.page.stat().st_size / 1e6:.2f} MB")
opened, switched = [], []
chance = random.Random(1)
for _ in range(given.rounds):
    driver = Driver()
    try:
        driver.open(given.page.resolve().as_uri())
        opened.append(driver.run(READY))
        layers, heads = driver.run("arguments[0]([heed.page.first.layers, heed.page.first.heads])")
        time.sleep(1)
        switched += [driver.run(SWITCH, chance.randrange(layers), chance.randrange(heads)) for _ in range(10)]
    finally:
        driver.close()
said("opened to the first map", opened)
said("from head to head", switched)
