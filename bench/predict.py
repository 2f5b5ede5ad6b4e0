#!/usr/bin/env python3
"""Times Heed's predictions beside nanoGPT and transformers, in turn on the same machine, and prints ratios.

    python bench/predict.py --nanogpt DIR [--runs 7] [start speed large load]
    python bench/predict.py [--folder MODEL] [--gguf FILE.gguf] weights

DIR is a clone of nanoGPT at commit 3adf61e whose data/shakespeare_char is prepared; the Python that runs this has PyTorch 2.7.1,
transformers 4.52.4 and safetensors. Measures:

    start  the whole process that loads a model and predicts one token: `heed predict` beside nanoGPT's `sample.py --max_new_tokens=1`
    speed  tokens a second, greedy, 400 tokens, 4 layers, 4 heads, width 128, context 512: Heed beside transformers' generate
           (with its cache), and beside nanoGPT's generate (which has none). The first generation of each is reported separately
    large  the same in the shape of GPT-2 124M, 64 tokens, beside transformers
    load   the whole process that loads a folder of GPT-2 124M's shape and says one token, beside one of the toy model and one that
           loads nothing (`heed --version`): time, and peak memory less that of the weights
    weights  in the shape of GPT-2 124M, or with --folder of a real model: Heed with its weights in float32, bfloat16 and int8, in turn,
           beside transformers in float32 with its cache, and with --gguf beside llama.cpp (xllamacpp) with as many threads

The weights are random, written by transformers, and read by all: so Heed's tokens are compared with transformers', too.
Runs are interleaved, A B A B, and a ratio is taken pair by pair, since machines drift. Each line: median (minimum to maximum).
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from compare import HOME, line, run


def model(folder, **shape):
    """Writes a GPT-2 of random weights with a tokenizer of characters, and returns it."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(1)
    gpt = GPT2LMHeadModel(GPT2Config(bos_token_id=None, eos_token_id=None, **shape)).eval()
    gpt.save_pretrained(folder)
    size = gpt.config.vocab_size
    vocabulary = {"[UNK]": 0} | {chr(0x20000 + i): i for i in range(1, size)}  # a character for each id
    tokenizer = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
        "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "."}, "behavior": "Isolated", "invert": False},
        "post_processor": None, "decoder": {"type": "Fuse"},
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
    }
    (pathlib.Path(folder) / "tokenizer.json").write_text(json.dumps(tokenizer))
    return gpt


def start(options, folder):
    # in another process: a child's peak memory counts that of the process it comes from
    run([sys.executable, __file__, "--nanogpt", options.nanogpt, "--write", folder], HOME)
    out = pathlib.Path(folder) / "nanogpt"
    train = [sys.executable, "train.py", "config/train_shakespeare_char.py", f"--out_dir={out}", "--device=cpu", "--compile=False",
             "--n_layer=4", "--n_head=4", "--n_embd=128", "--block_size=64", "--batch_size=2", "--max_iters=1", "--eval_interval=1",
             "--eval_iters=1", "--always_save_checkpoint=True"]
    run(train, options.nanogpt)
    heed = [HOME / "heed", "predict", folder, chr(0x20001), "--top", "1"]
    sample = [sys.executable, "sample.py", f"--out_dir={out}", "--device=cpu", "--num_samples=1", "--max_new_tokens=1"]
    run(heed, HOME)
    results = [(run(heed, HOME)[1:], run(sample, options.nanogpt)[1:]) for _ in range(options.runs)]
    line("a process to the first token: Heed", [a[0] for a, b in results], "s")
    line("a process to the first token: nanoGPT", [b[0] for a, b in results], "s")
    line("ratio of time", [a[0] / b[0] for a, b in results])
    line("peak memory: Heed", [a[1] for a, b in results], "MiB")
    line("ratio of peak memory", [a[1] / b[1] for a, b in results])


class Heed:
    """A process of Heed that continues each line it is given."""

    def __init__(self, folder, tokens, *options):
        command = [str(HOME / "heed"), "predict", str(folder), "--generate", str(tokens), "--json", "--top", "1", *options]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def generate(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return [token["id"] for token in answer["continuations"][0]["tokens"]], answer["seconds"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def huggingface(gpt, prompt, tokens):
    import torch

    ids = torch.tensor([prompt])
    begin = time.perf_counter()
    with torch.no_grad():
        out = gpt.generate(ids, max_new_tokens=tokens, min_new_tokens=tokens, do_sample=False, use_cache=True,
                           pad_token_id=0, suppress_tokens=[0], attention_mask=torch.ones_like(ids))
    return out[0].tolist()[len(prompt):], time.perf_counter() - begin


def speed(options, folder, tokens, shape, beside_nanogpt):
    import torch

    gpt = model(folder, **shape)
    prompt = [1, 2, 3, 4]
    text = "".join(chr(0x20000 + i) for i in prompt)
    nano = None
    if beside_nanogpt:
        sys.path.insert(0, options.nanogpt)
        from model import GPT, GPTConfig

        nano = GPT(GPTConfig(block_size=512, vocab_size=shape["vocab_size"], n_layer=4, n_head=4, n_embd=128, dropout=0.0)).eval()
    heed = Heed(folder, tokens)
    rows = []
    for number in range(options.runs + 1):
        ours, seconds = heed.generate(text)
        theirs, reference = huggingface(gpt, prompt, tokens)
        same = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), tokens)
        third = 0.0
        if nano is not None:
            begin = time.perf_counter()
            with torch.no_grad():
                nano.generate(torch.tensor([prompt]), tokens, top_k=1)
            third = time.perf_counter() - begin
        if number == 0:
            print(f"the first {same} of {tokens} tokens are the same as transformers'; first generation: "
                  f"Heed {tokens / seconds:.0f}, transformers {tokens / reference:.0f} tokens/s")
        else:
            rows.append((seconds, reference, third))
    heed.close()
    line("Heed", [tokens / a for a, b, c in rows], "tokens/s")
    line("transformers with cache", [tokens / b for a, b, c in rows], "tokens/s")
    line("ratio of speed to transformers", [b / a for a, b, c in rows])
    if nano is not None:
        line("nanoGPT", [tokens / c for a, b, c in rows], "tokens/s")
        line("ratio of speed to nanoGPT", [c / a for a, b, c in rows])


class LlamaCpp:
    """llama.cpp, in this process."""

    def __init__(self, file, text, tokens):
        import torch
        import xllamacpp  # pip install xllamacpp==2026.10.11549

        params = xllamacpp.CommonParams()
        params.model.path = file
        params.n_parallel = 1
        params.n_gpu_layers = 0
        params.verbosity = 0
        params.enable_chat_template = False
        params.cpuparams.n_threads = torch.get_num_threads()
        self.server = xllamacpp.Server(params)
        self.asked = dict(prompt=text, n_predict=tokens, temperature=0.0, top_k=1, ignore_eos=True)

    def speed(self):
        return self.server.handle_completions(dict(self.asked))["timings"]["predicted_per_second"]


def weights(options, folder):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokens = options.tokens
    text = "Once upon a time" if options.folder else "".join(chr(0x20000 + i) for i in (1, 2, 3, 4))
    if options.folder:
        gpt = AutoModelForCausalLM.from_pretrained(options.folder, torch_dtype="float32").eval()
        prompt = AutoTokenizer.from_pretrained(options.folder)(text).input_ids
    else:
        gpt = model(folder, vocab_size=50257)
        prompt = [1, 2, 3, 4]
    heeds = {name: Heed(options.folder or folder, tokens, "--weights", name) for name in ("float32", "bfloat16", "int8")}
    llama = LlamaCpp(options.gguf, text, tokens) if options.gguf else None
    rows = []
    for _ in range(options.runs + 1):  # the first is not counted
        seen = {}
        for name, heed in heeds.items():
            ids, seconds = heed.generate(text)
            seen[f"Heed, {name}"] = len(ids) / seconds
        seen["transformers, float32, with cache"] = tokens / huggingface(gpt, prompt, tokens)[1]
        if llama is not None:
            seen["llama.cpp"] = llama.speed()
        rows.append(seen)
    for heed in heeds.values():
        heed.close()
    for name in rows[0]:
        line(name, [row[name] for row in rows[1:]], "tokens/s")
    for other in list(rows[0])[3:]:
        for name in heeds:
            line(f"{name} over {other}", [row[f"Heed, {name}"] / row[other] for row in rows[1:]])
    line("int8 over float32", [row["Heed, int8"] / row["Heed, float32"] for row in rows[1:]])


def load(options, folder):
    run([sys.executable, __file__, "--nanogpt", options.nanogpt, "--write-large", folder], HOME)
    weights = (pathlib.Path(folder) / "model.safetensors").stat().st_size / 2**20
    commands = {"GPT-2 124M": ["predict", folder, "--ids", "5,6", "--top", "1"], "the toy model": ["predict", "models/toy", "the", "--top", "1"],
                "nothing": ["--version"]}
    seen = {name: [] for name in commands}
    for number in range(options.runs + 1):
        for name, command in commands.items():
            result = run([HOME / "heed", *command], HOME)[1:]
            if number:
                seen[name].append(result)
    for name, results in seen.items():
        line(f"a process that loads {name}: time", [a for a, b in results], "s")
        line(f"a process that loads {name}: peak", [b for a, b in results], "MiB")
    for name in ("the toy model", "nothing"):
        line(f"more than with {name}: time", [a[0] - b[0] for a, b in zip(seen["GPT-2 124M"], seen[name])], "s")
        line("the same: memory over that of the weights", [(a[1] - b[1]) / weights for a, b in zip(seen["GPT-2 124M"], seen[name])])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nanogpt")
    parser.add_argument("--folder", help="a real model for the measure weights")
    parser.add_argument("--tokens", type=int, default=64, help="how many the measure weights writes at a time")
    parser.add_argument("--gguf", help="the same model for llama.cpp")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--write", help=argparse.SUPPRESS)
    parser.add_argument("--write-large", help=argparse.SUPPRESS)
    parser.add_argument("measures", nargs="*", default=["start", "speed", "large", "load"])
    options = parser.parse_args()
    if options.write:
        model(options.write, vocab_size=65, n_positions=64, n_embd=128, n_layer=4, n_head=4)
        return
    if options.write_large:
        model(options.write_large, vocab_size=50257)
        return
    if options.measures != ["weights"]:
        if not options.nanogpt:
            parser.error("--nanogpt is needed for all measures but weights")
        options.nanogpt = str(pathlib.Path(options.nanogpt).resolve())
    for measure in options.measures:
        folder = tempfile.mkdtemp()
        try:
            print(f"{measure}:")
            if measure == "start":
                start(options, folder)
            elif measure == "weights":
                weights(options, folder)
            elif measure == "load":
                load(options, folder)
            elif measure == "speed":
                shape = dict(vocab_size=65, n_positions=512, n_embd=128, n_layer=4, n_head=4)
                speed(options, folder, 400, shape, True)
            else:
                speed(options, folder, 64, dict(vocab_size=50257), False)
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
