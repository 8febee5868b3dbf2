# SPDX-License-Identifier: Apache-2.0
"""Makes src/test/resources/published: tiny-bert's weights as torch.save writes them, and a file that would run code.

    pip install torch==2.15.0 safetensors && python published_folders.py ../resources
"""
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

if __name__ == "__main__":
    resources = Path(sys.argv[1])
    out = resources / "published"
    out.mkdir(exist_ok=True)
    weights = load_file(resources / "tiny-bert" / "model.safetensors")
    torch.save(weights, out / "half.bin")
    torch.manual_seed(0)
    views = torch.randn(6, 4)
    torch.save({
        "whole": views, "turned": views.t(), "part": views[2:5, 1:3], "bfloat16": views.bfloat16(), "half": views.half(),
        "number": torch.tensor(2.5), "none": torch.zeros(0, 3), "parameter": torch.nn.Parameter(views[0]),
        "counts": torch.arange(5)}, out / "views.bin")
    torch.save({"whole": views, "evil": Path("/")}, out / "path.bin")
    torch.save({"whole": views}, out / "old.bin", _use_new_zipfile_serialization=False)
    print(views[0].tolist(), views[1].tolist())
