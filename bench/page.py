#!/usr/bin/env python3
"""Times pages in Chromium: an attention page, and with --live the page of `heed serve`, which it starts on a free port.

    ./heed attention MODEL "some hundred tokens" --evidence --out maps --format html
    python bench/page.py maps/attention.html --live models/toy --rounds 5

Of both it times the opening, until the first screen is drawn, by a browser just started and again; a press of a head's switch, until the
first frame with other bars; and a tab, until its frame. Of the file also the size, and the change from one head's map to another. It prints
medians, ranges, and how long the page's main thread computes, which depends far less on what else the machine does. A page made without
--evidence knows nothing of the model without a head, so it has no switches. Needs chromium and chromedriver, and Python 3.9 alone.

A page of GPT-2's 144 heads, of random weights, and the first hundred words of the toy model's text:

    ./heed train configs/toy.yaml --models MODELS --set name=gpt2 --set model.layers=12 --set model.heads=12 --set model.width=768 \\
      --set model.context=128 --set training.steps=1 --set training.evaluate_every=1 --set training.batch=2
    ./heed attention MODELS/gpt2 "$(tr '\\n' ' ' < data/toy.txt | cut -d ' ' -f 1-99)" --evidence --out maps --format html
"""
import argparse
import pathlib
import random
import statistics
import time

from browser import FRAME, Browser, served

OPENED = FRAME + """const done = arguments[0];
const there = () => document.documentElement.dataset.ready === 'yes' && heed.page.maps.length > 0 && document.querySelector('.bars li') !== null;
const wait = () => there() ? heed.page.told.then(frame).then(() => done(performance.now())) : setTimeout(wait, 2);
wait();"""
MAP = FRAME + """const [layer, head, done] = arguments;
const start = performance.now();
heed.page.change({layer, head});
heed.page.taken.then(frame).then(() => done(performance.now() - start));"""
SWITCH = FRAME + """const [chance, done] = arguments;
const bars = () => [...document.querySelectorAll('.bars li')].map(bar => bar.dataset.probability).join();
const all = [...document.querySelectorAll('[role=switch]')].filter(each => each.checkVisibility());
if (all.length === 0) return done(null);
const before = bars();
const start = performance.now();
all[Math.floor(chance * all.length)].click();
const moved = () => bars() === before ? setTimeout(moved) : frame().then(() => done(performance.now() - start));
moved();"""
SWITCHED_ON = FRAME + "const done = arguments[0]; heed.page.change({off: ''}); heed.page.told.then(frame).then(done);"
TAB = FRAME + """const [name, done] = arguments;
const start = performance.now();
document.querySelector(`[data-tab=${name}]`).click();
Promise.all([heed.page.told, heed.page.taken]).then(frame).then(() => done(performance.now() - start));"""


class Times:
    """What was timed in a browser, by name, in order: milliseconds, and those that its main thread computed."""

    def __init__(self):
        self.taken = {}

    def take(self, browser, name, script, *arguments):
        before = 0 if script == OPENED else computed(browser)  # counted from the opening
        time = browser.run(script, *arguments)
        if time is not None:
            self.taken.setdefault(name, []).append((time, computed(browser) - before))
        return time is not None

    def tell(self):
        for name, both in self.taken.items():
            times, own = zip(*both)
            print(f"{name}: {statistics.median(times):.0f} ms (median of {len(times)}; {min(times):.0f} to {max(times):.0f}), "
                  f"computing {statistics.median(own):.0f} ms")


def computed(browser):
    """The processor time of the page's main thread, in milliseconds."""
    metrics = {each["name"]: each["value"] for each in browser.ask("Performance.getMetrics")["metrics"]}
    return 1000 * metrics["TaskDuration"]


def first_screen(browser, times, chance):
    for _ in range(10):
        if not times.take(browser, "a head switched off", SWITCH, chance.random()):
            break
        browser.run(SWITCHED_ON)
    for _ in range(3):
        times.take(browser, "to the heat maps", TAB, "maps")
        times.take(browser, "back to the first screen", TAB, "first")


def heat_maps(browser, times, chance):
    browser.run(TAB, "maps")
    layers, heads = browser.run("arguments[0]([heed.page.first.layers, heed.page.first.heads])")
    for _ in range(10):
        times.take(browser, "from one head's map to another", MAP, chance.randrange(layers), chance.randrange(heads))


def measure(address, rounds, *views):
    times, chance = Times(), random.Random(1)
    for _ in range(rounds):
        with Browser() as browser:
            browser.ask("Performance.enable", timeDomain="threadTicks")
            browser.open(address)
            times.take(browser, "opened to the first screen by a browser just started", OPENED)
            time.sleep(1)
            browser.open(address + "?again")
            times.take(browser, "opened again", OPENED)
            time.sleep(1)
            for view in views:
                view(browser, times, chance)
    times.tell()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", type=pathlib.Path, nargs="?")
    parser.add_argument("--live", metavar="MODEL")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    if not given.page and not given.live:
        parser.error("give a page, or --live and a model, or both")
    if given.page:
        print(f"{given.page}: {given.page.stat().st_size / 1e6:.2f} MB")
        measure(given.page.resolve().as_uri(), given.rounds, first_screen, heat_maps)
    if given.live:
        print(f"{given.live}, served:")
        with served(given.live) as address:
            measure(address, given.rounds, first_screen)


main()
