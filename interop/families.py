#!/usr/bin/env python3
"""Makes random models of every family with transformers, and compares what they compute, write and learn with Heed's results.

    pip install -r interop/requirements.txt
    python interop/families.py                        # 25 models of each family
    python interop/families.py qwen3 --models 3 --seed 7

Logits, attention maps and hidden states, the losses of ten AdamW steps, and the logits of the folder that Heed writes then, opened in
transformers with the family's class, agree to 1e-4; greedy continuations and three beams are equal.
"""
import argparse
import json
import os
import pathlib
import random
import subprocess
import tempfile

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModelForCausalLM, logging

HOME = pathlib.Path(__file__).resolve().parent.parent
FAMILIES = ["llama", "mistral", "qwen2", "qwen3", "gpt_neox"]
WORDS, END, LIMIT = 20, 19, 1e-4


def scaling(chance):
    return chance.choice([
        None, None,
        dict(rope_type="linear", factor=chance.choice([1.5, 2.0, 8.0])),
        dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=chance.choice([2.0, 4.0]),
             original_max_position_embeddings=chance.choice([8, 16])),
        dict(rope_type="yarn", factor=2.0, original_max_position_embeddings=24, beta_fast=chance.choice([2.0, 32.0])),
        dict(rope_type="yarn", factor=3.0, **chance.choice([{}, dict(attention_factor=1.3)]))])


def settings(family, chance):
    """The configuration of a random model of a family."""
    heads = chance.choice([1, 2, 4])
    layers, head_width = chance.choice([1, 2, 3]), chance.choice([4, 6, 8])
    shared = dict(
        vocab_size=chance.randrange(WORDS, 41), hidden_size=heads * head_width, intermediate_size=chance.randrange(4, 41),
        num_hidden_layers=layers, num_attention_heads=heads, max_position_embeddings=48, initializer_range=0.3, bos_token_id=END,
        eos_token_id=END, tie_word_embeddings=chance.random() < 0.5, rope_scaling=scaling(chance))
    theta, epsilon = chance.choice([10.0, 100.0, 1e4, 1e6]), chance.choice([1e-6, 1e-5, 1e-3])
    if family == "gpt_neox":
        return shared | dict(
            rotary_pct=chance.choice([1.0, 2 / head_width, 4 / head_width]), rotary_emb_base=theta, layer_norm_eps=epsilon,
            use_parallel_residual=chance.random() < 0.5, attention_bias=chance.random() < 0.5,
            hidden_act=chance.choice(["gelu", "gelu_new", "gelu_fast", "relu", "silu"]))
    shared |= dict(
        num_key_value_heads=chance.choice([n for n in (1, 2, 4) if heads % n == 0]), rope_theta=theta, rms_norm_eps=epsilon,
        hidden_act=chance.choice(["silu", "silu", "gelu", "gelu_pytorch_tanh", "relu"]))
    if chance.random() < 0.5 or family == "qwen3":
        shared["head_dim"] = chance.choice([4, 6, 10])
    elif family == "mistral" and (shared["rope_scaling"] or {}).get("rope_type") == "yarn":
        shared["head_dim"] = head_width   # which transformers 4.52 does not work out for YaRN
    window = chance.randrange(1, 9)
    if family == "mistral":
        return shared | dict(sliding_window=window)
    if family == "llama":
        return shared | dict(attention_bias=chance.random() < 0.5, mlp_bias=chance.random() < 0.5)
    if family == "qwen3":
        shared["attention_bias"] = chance.random() < 0.5
    return shared | dict(use_sliding_window=chance.random() < 0.5, sliding_window=window, max_window_layers=chance.randrange(layers))


def loaded(folder):
    model = AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float32, attn_implementation="eager").eval()
    config = model.config
    if getattr(config, "use_sliding_window", False):   # eager attention of transformers 4.52 gives every layer the window
        for layer in model.model.layers[:config.max_window_layers]:
            layer.register_forward_pre_hook(whole, with_kwargs=True)
    return model


def whole(module, args, kwargs):
    """Lets a layer attend to all earlier positions."""
    mask = kwargs["attention_mask"]
    later = torch.arange(mask.shape[-1]) > kwargs["cache_position"][:, None]
    return args, kwargs | dict(attention_mask=torch.zeros_like(mask).masked_fill(later, torch.finfo(mask.dtype).min))


def end(folder, id):
    """Sets the end of a text, or none, which lets every continuation have the same length."""
    for name in ("config.json", "generation_config.json"):
        file = folder / name
        file.write_text(json.dumps(json.loads(file.read_text()) | dict(eos_token_id=id)))


class Check:
    """Compares one model; keeps the largest difference of each kind."""

    def __init__(self, program, largest):
        self.program, self.largest = program, largest

    def heed(self, *arguments):
        return subprocess.run([self.program, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True).stdout

    def close(self, kind, found, expected):
        difference = (found - expected.reshape(found.shape)).abs().max().item()
        self.largest[kind] = max(self.largest.get(kind, 0), difference)
        assert difference <= LIMIT, f"{kind} differ by {difference:.1e}"

    def dump(self, folder, ids):
        with tempfile.TemporaryDirectory() as out:
            self.heed("attention", folder, "--ids", ",".join(map(str, ids)), "--out", out, "--format", "safetensors",
                      "--include", "attention,residual,norms,logits")
            return load_file(pathlib.Path(out) / "attention.safetensors")

    def computed(self, model, folder, ids):
        dump = self.dump(folder, ids)
        with torch.no_grad():
            result = model(torch.tensor([ids]), output_attentions=True, output_hidden_states=True)
        self.close("logits", result.logits, dump["logits"])
        self.close("attention", torch.stack(result.attentions), dump["weights"])
        self.close("hidden states", torch.stack(result.hidden_states[:-1]), dump["residual_before"])
        self.close("final hidden states", result.hidden_states[-1], dump["final_norm"])

    def continued(self, model, folder, ids):
        begin = torch.tensor([ids[:4]])
        given = dict(attention_mask=torch.ones_like(begin), max_new_tokens=12, do_sample=False, pad_token_id=0)
        text = ["predict", folder, "--ids", ",".join(map(str, ids[:4])), "--generate", 12, "--json"]
        with torch.no_grad():
            greedy = model.generate(begin, **given)
            beams = model.generate(begin, num_beams=3, num_return_sequences=3, length_penalty=0.0, output_scores=True,
                                   return_dict_in_generate=True, **given)
        own = json.loads(self.heed(*text))["continuations"][0]["tokens"]
        assert greedy[0, 4:].tolist() == [token["id"] for token in own], "greedy"
        own = json.loads(self.heed(*text, "--beams", 3))["beams"]
        for theirs, beam in zip(beams.sequences.tolist(), own):   # where windows are narrow, texts of the same pairs are equally likely
            assert theirs[4:] == beam["ids"] or abs(likely(model, theirs) - likely(model, ids[:4] + beam["ids"])) < 1e-5, "beams"
        self.close("beams' log-probabilities", beams.sequences_scores, torch.tensor([beam["log_probability"] for beam in own]))

    def trained(self, model, folder, work, chance):
        """Takes ten steps, each on the whole text, and checks the folder that is written."""
        rows = {name: [[chance.randrange(WORDS) for _ in range(chance.randrange(3, 14))] for _ in range(count)]
                for name, count in dict(training=8, validation=4).items()}
        for name, lines in rows.items():
            (work / f"{name}.txt").write_text("".join(" ".join(f"w{i}" for i in line) + "\n" for line in lines))
        vocabulary = {f"w{i}": i for i in range(WORDS)}
        (work / "words.json").write_text(json.dumps(
            {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
             "pre_tokenizer": {"type": "WhitespaceSplit"}, "post_processor": None, "decoder": None,
             "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "w0"}}))
        (work / "run.yaml").write_text(f"""
            name: further
            device: cpu
            data: {{train: {work}/training.txt, validation: {work}/validation.txt, format: lines}}
            tokenizer: {{file: {work}/words.json}}
            model: {{from: {folder}, dropout: 0}}
            training: {{steps: 10, batch: 8, evaluate_every: 1, optimizer: adamw, learning_rate: 0.003, schedule: constant, beta2: 0.99,
                        weight_decay: 0.1, clip: 1}}
            """)
        events = map(json.loads, self.heed("train", work / "run.yaml", "--models", work / "models", "--json").splitlines())
        own = [event["training_loss"] for event in events if event["event"] == "evaluated"]
        self.close("losses of ten steps", torch.tensor(own), torch.tensor(losses(model, rows["training"])))
        return work / "models" / "further"


def likely(model, ids):
    """The log-probability of a text after its first four tokens."""
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0, 3:-1]
    return -torch.nn.functional.cross_entropy(logits, torch.tensor(ids[4:]), reduction="sum").item()


def losses(model, lines):
    """The losses of ten steps of PyTorch's AdamW."""
    groups = [dict(params=[w for w in model.parameters() if (w.ndim >= 2) == decayed], weight_decay=0.1 * decayed)
              for decayed in (True, False)]
    optimizer = torch.optim.AdamW(groups, lr=0.003, betas=(0.9, 0.99), eps=1e-8)
    found = []
    for _ in range(10):
        each = [torch.nn.functional.cross_entropy(model(torch.tensor([line])).logits[0], torch.tensor(line[1:] + [END]), reduction="sum")
                for line in lines]
        loss = sum(each) / sum(map(len, lines))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        found.append(loss.item())
    return found


def check(family, number, given, largest):
    chance = random.Random(f"{given.seed} {family} {number}")
    torch.manual_seed(chance.randrange(1 << 30))
    config = AutoConfig.for_model(family, **settings(family, chance))
    model = AutoModelForCausalLM.from_config(config)
    with torch.no_grad():
        for weights in model.parameters():
            if weights.ndim == 1:
                weights.add_(torch.randn_like(weights) * 0.1)
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        folder = work / "given"
        model.to(chance.choice([torch.float32, torch.float16, torch.bfloat16])).save_pretrained(
            folder, max_shard_size=chance.choice(["1GB", "5KB"]))
        ids = [chance.randrange(config.vocab_size) for _ in range(12)]
        one = Check(given.heed, largest)
        end(folder, None)
        model = loaded(folder)
        one.computed(model, folder, ids)
        one.continued(model, folder, ids)
        end(folder, END)
        written = one.trained(model, folder, work, chance)
        again = loaded(written)
        assert type(again) is type(model), f"written as {type(again).__name__}"
        with torch.no_grad():
            one.close("logits of the written folder", again(torch.tensor([ids])).logits, one.dump(written, ids)["logits"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", nargs="*", default=FAMILIES, help="which families; default: all")
    parser.add_argument("--models", type=int, default=25, help="how many of each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--heed", default=HOME / "heed", help="the program")
    given = parser.parse_args()
    torch.set_num_threads(1)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    failed = 0
    for family in given.families:
        largest = {}
        for number in range(given.models):
            try:
                check(family, number, given, largest)
            except (AssertionError, subprocess.CalledProcessError) as e:
                failed += 1
                print(f"{family} {number}: {e}", flush=True)
        print(f"{family}: {given.models} models; largest differences: "
              + ", ".join(f"{kind} {difference:.1e}" for kind, difference in largest.items()), flush=True)
    raise SystemExit(f"{failed} models differ" if failed else 0)


main()
