#!/usr/bin/env python3
"""Loads or attacks a running `heed serve`, and reports how it did.

    heed serve models/toy --port 8080 &
    bench/serve.py load --seconds 60 --clients 8        throughput and times, beside one client alone
    bench/serve.py fuzz --requests 10000 --seed 1       invalid requests: all have to be answered with 4xx
    bench/serve.py words                                texts of 1 MB: little processor time, none once the client has left
    bench/serve.py heads                                the time until a head is switched off, and until its numbers are there
    bench/serve.py attention                            24 large answers at once: none fails, and the memory comes back
    bench/serve.py bodies --clients 400                 bodies that arrive slowly: /healthz answers as ever
    bench/serve.py headers --clients 3000               headers that arrive slowly, the same (ulimit -n 8192)
    bench/serve.py streams --clients 2000               continuations that nobody reads, the same
    bench/serve.py held --clients 40 --seconds 5        bodies without their last byte: others are answered

That of attention means most where the model has a context of 1,000 and the heap 512 MB:

    ./heed train configs/toy.yaml --set name=wide --set model.context=1000 --set data.format=stream \\
        --set training.batch=1 --set training.steps=1
    HEED_JAVA_OPTIONS=-Xmx512m ./heed serve models/wide --port 8080 &

Needs Python 3.9, nothing else. Clients are processes, so that they do not wait for each other.
"""
import argparse
import json
import multiprocessing
import queue
import random
import re
import socket
import sys
import time

SUBJECTS = ["the cat", "the dog", "the bird", "the fox", "the mouse"]
CLAUSES = ["", " , which saw the dog ,", " , which broke the vase and liked the cat ,", " , which found the bird ,"]
VERBS = ["sat on the", "slept on the", "liked the", "saw the"]


def text(chance):
    return f"{chance.choice(SUBJECTS)}{chance.choice(CLAUSES)} {chance.choice(VERBS)}"


class Connection:
    """HTTP/1.1 over a socket that stays open; less work than http.client, which would measure Python."""

    def __init__(self, address, patience=60):
        self.address = address
        self.host = f"{address[0]}:{address[1]}"
        self.socket = socket.create_connection(address, patience)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def request(self, path, body=None):
        head = f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\nHost: {self.host}\r\n"
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self.socket.sendall(head.encode() + b"\r\n" + (body or b""))
        return self.answer()

    def more(self):
        data = self.socket.recv(1 << 16)
        if not data:
            raise ConnectionError("closed")
        self.rest += data

    def answer(self):
        while b"\r\n\r\n" not in self.rest:
            self.more()
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        status = int(head[9:12])
        if re.search(rb"(?i)transfer-encoding: *chunked", head):
            body = self.chunks()
        else:
            length = re.search(rb"(?i)content-length: *(\d+)", head)
            length = int(length.group(1)) if length else 0
            while len(self.rest) < length:
                self.more()
            body, self.rest = self.rest[:length], self.rest[length:]
        return status, head, body

    def chunks(self):
        parts = []
        while True:
            while b"\r\n" not in self.rest:
                self.more()
            size, self.rest = self.rest.split(b"\r\n", 1)
            size = int(size, 16)
            while len(self.rest) < size + 2:
                self.more()
            parts.append(self.rest[:size])
            self.rest = self.rest[size + 2:]
            if size == 0:
                return b"".join(parts)

    def close(self):
        self.socket.close()


def get(address, path):
    connection = Connection(address)
    try:
        return connection.request(path)
    finally:
        connection.close()


def resident(address):
    found = re.search(rb"^process_resident_memory_bytes (\d+)", get(address, "/metrics")[2], re.M)
    return int(found.group(1)) / 2**20 if found else float("nan")


def metric(address, name):
    """A number from /metrics."""
    return float(re.search(rb"(?m)^%s (\S+)" % name.encode(), get(address, "/metrics")[2]).group(1))


def client(address, seed, seconds, start, results):
    chance = random.Random(seed)
    bodies = [json.dumps({"text": text(chance)}).encode() for _ in range(64)]
    times, errors = [], 0
    connection = Connection(address)
    start.wait()
    end = time.perf_counter() + seconds
    now = time.perf_counter()
    while now < end:
        try:
            status, _, _ = connection.request("/api/predict", bodies[len(times) % len(bodies)])
            errors += status != 200
        except OSError:
            errors += 1
            connection.close()
            connection = Connection(address)
        before, now = now, time.perf_counter()
        times.append(now - before)
    connection.close()
    results.put((times, errors))


def run(address, clients, seconds, seed):
    """Runs a number of clients for a number of seconds: all times in seconds, and the number of errors."""
    results = multiprocessing.Queue()
    start = multiprocessing.Barrier(clients)
    running = [multiprocessing.Process(target=client, args=(address, seed + i, seconds, start, results)) for i in range(clients)]
    for each in running:
        each.start()
    parts = [results.get() for _ in running]
    for each in running:
        each.join()
    return sorted(t for times, _ in parts for t in times), sum(errors for _, errors in parts)


def tell(name, times, errors, seconds):
    quantile = lambda q: 1000 * times[min(len(times) - 1, int(q * len(times)))]
    print(f"{name}: {len(times) / seconds:7.0f} requests/s, p50 {quantile(.5):.2f} ms, p95 {quantile(.95):.2f} ms, "
          f"p99 {quantile(.99):.2f} ms, max {1000 * times[-1]:.0f} ms, {errors} errors", flush=True)


def load(address, options):
    run(address, options.clients, options.warm, options.seed)
    single, errors_single = run(address, 1, min(options.seconds, 10), options.seed)
    tell("1 client ", single, errors_single, min(options.seconds, 10))
    before = resident(address)
    times, errors = run(address, options.clients, options.seconds, options.seed)
    tell(f"{options.clients} clients", times, errors, options.seconds)
    ratio = len(times) / options.seconds / (len(single) / min(options.seconds, 10))
    print(f"{ratio:.2f} times one client's throughput; resident memory {before:.0f} MiB before, {resident(address):.0f} MiB after")
    return 1 if errors or errors_single else 0


# What is wrong with a request. Each maker returns the bytes to send and, to be slow, the seconds between two halves.

VALUES = ["NaN", "-Infinity", "1e999", "-1", "0", "1.5", "9" * 60, "9" * 5000, "1e-400", "true", "null", '""', "[]", "{}", '"\\ud800"',
          '"\\u0000', "[" * 500, '{"a":' * 200, "'text'", "\\", "0x10", "01", "+1", ".5", "truefalse"]
KEYS = ["text", "texts", "top", "tokens", "temperature", "top_k", "top_p", "min_p", "repetition_penalty", "stop", "seed", "layer", "head",
        "pieces", "Text", "__proto__", "a" * 1000]
PATHS = ["/api/predict", "/api/generate", "/api/attention", "/api/trace", "/api/compare"]


def post(path, body, host, headers=(), length=None, method="POST", kind="application/json", version="HTTP/1.1"):
    lines = [f"{method} {path} {version}", f"Host: {host}", f"Content-Length: {len(body) if length is None else length}", *headers]
    if kind:
        lines.append(f"Content-Type: {kind}")
    return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + body


def wrong_json(chance, host):
    pairs = ",".join(f'"{chance.choice(KEYS)}":{chance.choice(VALUES)}' for _ in range(chance.randint(1, 4)))
    body = chance.choice(["{%s}", "{%s", "[%s]", "%s}", "{%s}{}"]) % (pairs + chance.choice(["", ',"nonsense":1']))
    return post(chance.choice(PATHS), body.encode(), host)


def mutated(chance, host):
    body = bytearray(json.dumps({"text": text(chance), "nonsense": 1}).encode())
    for _ in range(chance.randint(1, 6)):
        body[chance.randrange(len(body))] = chance.randrange(256)
    return post(chance.choice(PATHS), bytes(body), host) if b'"nonsense"' in body else wrong_json(chance, host)


def random_bytes(chance, host):
    return post(chance.choice(PATHS), bytes(chance.randrange(256) for _ in range(chance.randint(0, 200))), host)


def bad_utf8(chance, host):
    return post(chance.choice(PATHS), b'{"text":"the ' + chance.choice([b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xe2\x82", b"\xf8"]) + b'"}', host)


def deep(chance, host):
    depth = chance.randint(100, 100_000)
    return post(chance.choice(PATHS), b'{"text":' + b"[" * depth + b"]" * depth + b"}", host)


def oversized(chance, host):
    return post(chance.choice(PATHS), b'{"text":"' + b"the cat " * chance.randint(130_000, 200_000) + b'"}', host)


def out_of_range(chance, host):
    body = chance.choice([
        {"text": "the", "top": 0}, {"text": "the", "top": 10**9}, {"text": "", "top": 1}, {"texts": []}, {"texts": ["the"] * 257},
        {"text": "the", "texts": ["the"]}, {}, [], 3, "the", None, {"text": 3}, {"texts": [3]}, {"text": ["the"]},
    ])
    generate = chance.choice([
        {"tokens": 0}, {"tokens": 10**6}, {"temperature": -1}, {"top_p": 0}, {"top_p": 2}, {"min_p": -1}, {"repetition_penalty": 0}, {"top_k": -1},
        {"stop": [""]}, {"stop": "x"}, {"seed": 1.5}, {"seed": 10**30}, {"tokens": "x"}, {"text": "  "},
    ])
    look = chance.choice([{"layer": 99}, {"layer": -1}, {"head": 99}, {"layer": 0.5}, {"head": "0"}, {"text": ""}])
    path = chance.choice(PATHS)
    asked = body if path.endswith("predict") else {"text": "the cat", **(generate if path.endswith("generate") else look)}
    return post(path, json.dumps(asked).encode(), host)


def wrong_host(chance, host):
    other = chance.choice(["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:" + host.split(":")[1], "", "@" + host, "a b"])
    return post("/api/predict", b'{"text":"the cat"}', other)


def wrong_origin(chance, host):
    other = chance.choice(["https://evil.example", "null", "http://127.0.0.1", "http://" + host + ".evil.example", "file://", host])
    return post("/api/predict", b'{"text":"the cat"}', host, [f"Origin: {other}"])


def wrong_type(chance, host):
    kind = chance.choice(["text/plain", "", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp", ";"])
    return post(chance.choice(PATHS), b'{"text":"the cat"}', host, kind=kind)


def wrong_method(chance, host):
    method = chance.choice(["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO", "get"])
    return post(chance.choice(PATHS), b"", host, method=method)


def wrong_path(chance, host):
    path = chance.choice(["/api", "/api/predict/", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/page/../Heed.class", "/%", "/%00",
                          "//api/predict", "/" + "a" * chance.randint(1, 20_000), "/page/live.js.map", "*", "/page/%5c"])
    return post(path, b'{"text":"the cat"}', host, method=chance.choice(["GET", "POST"]))


def wrong_http(chance, host):
    return chance.choice([
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 9 + b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"GET / HTTP/1.1\r\nHost x\r\n\r\n", b"GET / HTTP/1.1\r\n: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: " + host.encode() + b"\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", b"PRI * HTTP/3.0\r\n\r\nSM\r\n\r\n",
        post("/api/predict", b"zz\r\n{}\r\n", host, ["Transfer-Encoding: chunked"]),
        post("/api/predict", b"{}", host, ["Transfer-Encoding: nonsense"]), post("/api/predict", b"{}", host, length="x"),
        post("/api/predict", b"{}", host, length=-5), post("/api/predict", b"{}", host, length="99999999999999999999"),
        post("/api/predict", b"{}", host, ["Expect: nonsense"]), post("/api/predict", b"\x1f\x8b\x08", host, ["Content-Encoding: gzip"]),
        bytes(chance.randrange(256) for _ in range(50)) + b"\r\n\r\n",
    ])


def truncated(chance, host):
    return post("/api/predict", b'{"text":"the c', host, length=chance.randint(15, 1000))


MAKERS = [wrong_json, mutated, random_bytes, bad_utf8, deep, out_of_range, wrong_host, wrong_origin, wrong_type, wrong_method, wrong_path, wrong_http]
RARE = [oversized]


def outcome(address, message, half_closed):
    """The status of the answer; 0 where the connection ends without one."""
    connection = Connection(address, 120)
    try:
        try:
            connection.socket.sendall(message)
            if half_closed:
                connection.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass   # the answer may be there already
        status, head, body = connection.answer()
        return status, head, body
    except (OSError, ValueError, IndexError):
        return 0, b"", b""
    finally:
        connection.close()


def fuzzer(address, seed, count, results):
    chance = random.Random(seed)
    host = f"{address[0]}:{address[1]}"
    seen, bad = {}, []
    for i in range(count):
        draw = chance.random()
        cut = draw < .05
        maker = truncated if cut else chance.choice(RARE) if draw < .07 else chance.choice(MAKERS)
        message = maker(chance, host)
        status, head, body = outcome(address, message, cut or maker is wrong_http)
        seen[maker.__name__, status] = seen.get((maker.__name__, status), 0) + 1
        leaks = re.search(rb"\tat |Exception|\.java|io\.heed", body)
        if not (400 <= status < 500 or status == 0 and (cut or maker is wrong_http)) or leaks:
            bad.append((maker.__name__, status, message[:200], body[:300]))
    results.put((seen, bad))


def slow(address, seconds, results):
    """A body that comes a byte at a time, faster than a connection idles out."""
    connection = Connection(address, 120)
    connection.socket.sendall(post("/api/predict", b"{", connection.host, length=10_000))
    end = time.monotonic() + seconds
    connection.socket.settimeout(.5)
    status = 0
    while time.monotonic() < end and status == 0:
        try:
            connection.socket.sendall(b" ")
            status = connection.answer()[0]
        except socket.timeout:
            continue
        except OSError:
            break
    results.put(status)


def fuzz(address, options):
    results, slow_results = multiprocessing.Queue(), multiprocessing.Queue()
    slow_ones = [multiprocessing.Process(target=slow, args=(address, 100, slow_results)) for _ in range(options.clients)]
    parts = [options.requests // options.clients] * options.clients
    running = [multiprocessing.Process(target=fuzzer, args=(address, options.seed + i, n, results)) for i, n in enumerate(parts)]
    for each in slow_ones + running:
        each.start()
    collected = [results.get() for _ in running]
    statuses = [slow_results.get() for _ in slow_ones]
    seen, bad = {}, []
    for some, wrong in collected:
        bad += wrong
        for key, count in some.items():
            seen[key] = seen.get(key, 0) + count
    for (name, status), count in sorted(seen.items()):
        print(f"{name:14} {status or 'closed'} {count}")
    print(f"slow bodies    {statuses}")
    for each in bad[:10]:
        print("WRONG", each)
    alive = get(address, "/healthz")[0] == 200
    body = json.dumps({"text": "the cat sat on the"}).encode()
    connection = Connection(address)
    alive = alive and connection.request("/api/predict", body)[0] == 200
    print(f"{sum(seen.values())} requests, {len(bad)} not answered as they should be; {'still serving' if alive else 'NOT SERVING'}")
    return 0 if alive and not bad and all(status == 408 for status in statuses) else 1


def words(address, options):
    """Texts of 1 MB on every route: what one costs, and what goes on when nobody waits for it."""
    host = f"{address[0]}:{address[1]}"
    for _ in range(5):   # compile what is to be measured
        for path in PATHS:
            Connection(address).request(path, json.dumps({"text": "the cat " * 400}).encode())
    bad = 0
    texts = {"the the": "the " * 249_990, "many unknown": "".join(f"w{i} " for i in range(120_000)), "one word": "a" * 999_900}
    for name, text in texts.items():
        for path in PATHS:
            body = json.dumps({"text": text}).encode()
            before, begun = metric(address, "process_cpu_seconds_total"), time.perf_counter()
            status = Connection(address).request(path, body)[0]
            took, used = time.perf_counter() - begun, metric(address, "process_cpu_seconds_total") - before
            print(f"{name:12} {path:15} {status}  {took:.2f} s, {used:.2f} s of processor time", flush=True)
            bad += used > .5 or status not in (200, 400, 413)
    leaving = []
    for _ in range(options.clients):   # all at once, and nobody stays for an answer
        for path in PATHS:
            connection = Connection(address)
            connection.socket.sendall(post(path, json.dumps({"text": texts["the the"]}).encode(), host))
            leaving.append(connection)
    for connection in leaving:
        connection.close()
    time.sleep(1)
    before = metric(address, "process_cpu_seconds_total")
    time.sleep(5)
    used = metric(address, "process_cpu_seconds_total") - before
    print(f"{len(leaving)} clients left: {used:.2f} s of processor time in the 5 s that begin a second later")
    return 1 if bad or used > .25 else 0


def large(address, path, body, results):
    status, head, answer = 0, b"", b""
    try:
        status, head, answer = Connection(address, 300).request(path, body)
        if status == 200:
            json.loads(answer)
    except (OSError, ValueError):
        status = 0
    results.put((status, len(answer), b"problem+json" in head))


def attention(address, options):
    """Answers of tens of megabytes, all at once."""
    context = json.loads(get(address, "/healthz")[2])["context"]
    body = json.dumps({"text": "the cat " * (context // 2)}).encode()
    small = json.dumps({"text": "the cat sat"}).encode()
    for _ in range(20):
        Connection(address).request("/api/attention", small)
    Connection(address, 300).request("/api/attention", body)
    time.sleep(5)
    before, bad = resident(address), 0
    for turn in range(2):
        results = multiprocessing.Queue()
        running = [multiprocessing.Process(target=large, args=(address, "/api/attention", body, results)) for _ in range(24)]
        for each in running:
            each.start()
        answers, most = [], 0
        while len(answers) < len(running):
            try:
                answers.append(results.get(timeout=.2))
            except queue.Empty:
                most = max(most, resident(address))
        counts = {status: sum(answer[0] == status for answer in answers) for status in sorted({answer[0] for answer in answers})}
        told = all(problem for status, _, problem in answers if status != 200)
        print(f"24 at once: {counts} (status: number), {max(size for _, size, _ in answers) / 1e6:.0f} MB the largest, "
              f"{'every refusal tells why' if told else 'A REFUSAL WITHOUT A REASON'}; {most:.0f} MiB resident at most", flush=True)
        bad += any(status not in (200, 429, 503) for status in counts) or not told
    time.sleep(60)
    after = resident(address)
    print(f"{before:.0f} MiB resident before, {after:.0f} MiB a minute after")
    return 1 if bad or after > 1.2 * before else 0


def heads(address, options):
    """How long the page waits for its first screen, for next words without one head, for what that head computes then, and for a comparison."""
    sentence = "the cat , which liked the dog , sat on the"
    other = "the dog , which liked the cat , sat on the"
    connection = Connection(address)

    def ask(path, **question):
        status, _, body = connection.request(path, json.dumps(question).encode())
        if status != 200:
            raise SystemExit(f"{path} {question}: {body.decode()}")
        return json.loads(body)

    first = ask("/api/trace", text=sentence)
    every = [{"layer": layer, "head": head} for layer in range(first["layers"]) for head in range(first["heads"])]
    asked = {
        "trace": [("/api/trace", {"text": sentence})],
        "predict without a head": [("/api/predict", {"text": sentence, "ablate": [head]}) for head in every],
        "trace of a head without it": [("/api/trace", {"text": sentence, "ablate": [head], **head}) for head in every],
        "compare": [("/api/compare", {"text": sentence, "other": other})],
    }
    slow = False
    for name, questions in asked.items():
        times = []
        for i in range(10 + 50):
            path, question = questions[i % len(questions)]
            begun = time.perf_counter()
            ask(path, **question)
            times.append(1000 * (time.perf_counter() - begun))
        times = sorted(times[10:])   # the first ones warm the JVM
        slow = slow or times[len(times) // 2] > 150
        print(f"{name}: median {times[len(times) // 2]:.1f} ms, 90 % within {times[len(times) * 9 // 10]:.1f} ms", flush=True)
    return 1 if slow else 0


def health(address):
    begun = time.perf_counter()
    status = get(address, "/healthz")[0]
    return time.perf_counter() - begun if status == 200 else float("inf")


def watch(address, what, connections, seconds, more=None):
    """How long /healthz takes while connections are open, each of which is sent more now and then; says whether that was short."""
    times, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        for _ in range(10):
            times.append(health(address))
            time.sleep(.05)
        for connection in connections if more else ():
            try:
                connection.socket.send(more)
            except OSError:
                pass   # the server has told it that its time is up
    times.sort()
    print(f"{len(connections)} {what}: /healthz {len(times)} times, median {1000 * times[len(times) // 2]:.1f} ms, "
          f"max {1000 * times[-1]:.1f} ms", flush=True)
    return times[-1] <= .1


def opened(address, clients, message):
    """Opens a number of connections, each with the start of a request."""
    connections = [Connection(address, 120) for _ in range(clients)]
    for connection in connections:
        connection.socket.sendall(message)
    return connections


def statuses(connections, patience):
    """The number of connections by status; 0 for no answer."""
    counts = {}
    for connection in connections:
        try:
            connection.socket.settimeout(patience)
            status = connection.answer()[0]
        except OSError:
            status = 0
        counts[status] = counts.get(status, 0) + 1
    return counts


def bodies(address, options):
    """Bodies that arrive a byte now and then, and how long /healthz takes meanwhile."""
    watch(address, "connections", [], 5)
    host = f"{address[0]}:{address[1]}"
    slow_ones = opened(address, options.clients, post(PATHS[0], b"{", host, length=100_000))
    good = watch(address, "slow bodies", slow_ones, options.seconds, b" ")
    print(f"they were answered {statuses(slow_ones, 60)}")
    return 0 if good else 1


def headers(address, options):
    """Headers of requests that arrive a byte now and then."""
    watch(address, "connections", [], 5)
    slow_ones = opened(address, options.clients, b"POST /api/predict HTTP/1.1\r\nX-Slow: ")
    good = watch(address, "slow headers", slow_ones, options.seconds, b"a")
    for connection in slow_ones:
        connection.close()
    return 0 if good else 1


def streams(address, options):
    """Continuations that nobody reads."""
    watch(address, "connections", [], 5)
    body = json.dumps({"text": "the cat", "tokens": 1000}).encode()
    unread = opened(address, options.clients, post("/api/generate", body, f"{address[0]}:{address[1]}"))
    good = watch(address, "streams that nobody reads", unread, options.seconds)
    print(f"they were answered {statuses(unread, 1)}")
    return 0 if good else 1


def held(address, options):
    """Bodies that lack their last byte, as large as can be, and others that come whole meanwhile."""
    host = f"{address[0]}:{address[1]}"
    unfinished = opened(address, options.clients, post(PATHS[0], b" " * 999_999, host, length=1_000_000))
    good = watch(address, "bodies without their last byte", unfinished, 2)
    honest = json.dumps({"text": "the cat " + " " * 10_000}).encode()
    counts, end = {}, time.monotonic() + options.seconds
    while time.monotonic() < end:
        status = Connection(address).request(PATHS[0], honest)[0]
        counts[status] = counts.get(status, 0) + 1
    print(f"requests that came whole were answered {counts} (status: number), the others {statuses(unfinished, .1)}")
    return 0 if good and set(counts) == {200} else 1


COMMANDS = {"load": load, "fuzz": fuzz, "words": words, "heads": heads, "attention": attention, "bodies": bodies, "headers": headers, "streams": streams, "held": held}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=list(COMMANDS))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--warm", type=float, default=5, help="seconds of load before anything is measured")
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    address = (options.host, options.port)
    return COMMANDS[options.what](address, options)


if __name__ == "__main__":
    sys.exit(main())
