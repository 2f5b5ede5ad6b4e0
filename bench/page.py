#!/usr/bin/env python3
"""Times pages in Chromium: an attention page, and with --live the page of `heed serve`, which it starts on a free port.

    ./heed attention MODEL "some hundred tokens" --evidence --out maps --format html
    python bench/page.py maps/attention.html --live models/toy --rounds 5

Of both it times the opening, until the first screen is drawn; a press of a head's switch, until the first frame with other bars; and a tab,
until its frame. Of the file also the size, and the change from one head's map to another. It prints medians and ranges. A page made without
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
    """What was timed, by name, in order."""

    def __init__(self):
        self.taken = {}

    def add(self, name, time):
        self.taken.setdefault(name, []).append(time)

    def tell(self):
        for name, times in self.taken.items():
            print(f"{name}: {statistics.median(times):.0f} ms (median of {len(times)}; {min(times):.0f} to {max(times):.0f})")


def first_screen(browser, times, chance):
    for _ in range(10):
        taken = browser.run(SWITCH, chance.random())
        if taken is None:
            break
        times.add("a head switched off", taken)
        browser.run(SWITCHED_ON)
    for _ in range(3):
        times.add("to the heat maps", browser.run(TAB, "maps"))
        times.add("back to the first screen", browser.run(TAB, "first"))


def heat_maps(browser, times, chance):
    browser.run(TAB, "maps")
    layers, heads = browser.run("arguments[0]([heed.page.first.layers, heed.page.first.heads])")
    for _ in range(10):
        times.add("from one head's map to another", browser.run(MAP, chance.randrange(layers), chance.randrange(heads)))


def measure(address, rounds, *views):
    times, chance = Times(), random.Random(1)
    for _ in range(rounds):
        with Browser() as browser:
            browser.open(address)
            times.add("opened to the first screen", browser.run(OPENED))
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
