#!/usr/bin/env python3
"""Imports a GGUF file, exports the result, and compares both with what the gguf package and transformers read from the files.

    pip install torch==2.7.1 transformers==4.52.4 gguf==0.19.0 accelerate
    python interop/check_gguf.py model.gguf

All tensors of the folder equal those that transformers reads from the file, bit for bit, and those of the exported file, as F32, equal
what the gguf package reads. The ids of a few texts are equal without the marks around them, which transformers adds of its own accord; no
text has spaces before digits, since transformers ignores `tokenizer.ggml.pre` for Llama.
"""
import argparse
import os
import pathlib
import subprocess
import tempfile

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import gguf
import torch
from gguf.quants import dequantize
from transformers import AutoModelForCausalLM, AutoTokenizer

HOME = pathlib.Path(__file__).resolve().parent.parent
TEXTS = ["the cat sat on the mat", "Don't STOP, we'll see", "naïve café 東京 🐈", "a line\n\n  and another", " x ", "print(a[0] + b)"]


def heed(*arguments):
    subprocess.run([HOME / "heed", *map(str, arguments)], check=True)


def loaded(folder, **more):
    return AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float32, **more).state_dict()


def check_tensors(file, folder, exported):
    own = loaded(folder)
    for name, theirs in loaded(file.parent, gguf_file=file.name).items():
        assert torch.equal(own[name], theirs), name
    print(f"{file.name}: {len(own)} tensors as transformers reads them")
    back = {tensor.name: tensor for tensor in gguf.GGUFReader(exported).tensors}
    read = gguf.GGUFReader(file).tensors
    assert back.keys() == {tensor.name for tensor in read}
    for tensor in read:
        theirs = dequantize(tensor.data, tensor.tensor_type)
        assert (dequantize(back[tensor.name].data, back[tensor.name].tensor_type) == theirs).all(), tensor.name
    print(f"{exported.name}: {len(back)} tensors as the gguf package reads them in {file.name}")


def check_tokens(file, folder, exported):
    own = AutoTokenizer.from_pretrained(folder)
    for path in (file, exported):
        theirs = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
        for text in TEXTS:
            assert own(text, add_special_tokens=False).input_ids == theirs(text, add_special_tokens=False).input_ids, text
    print(f"{len(TEXTS)} texts: the same ids")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=pathlib.Path)
    file = parser.parse_args().file.resolve()
    with tempfile.TemporaryDirectory() as made:
        folder, exported = pathlib.Path(made) / "imported", pathlib.Path(made) / "exported.gguf"
        heed("import", file, "--as", "imported", "--models", made)
        heed("export", folder, "--format", "gguf", "--out", exported)
        check_tensors(file, folder, exported)
        check_tokens(file, folder, exported)


main()
