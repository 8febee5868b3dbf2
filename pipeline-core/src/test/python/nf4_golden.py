#!/usr/bin/env python3
"""Writes what bitsandbytes makes of some matrices in NF4, blocks of 64, on the CPU: bitsandbytes 0.50.2, torch 2.15.0.

nf4_golden.py src/test/resources/quantization/nf4.json
"""

import json
import sys

import bitsandbytes.functional as bits
import torch

torch.manual_seed(1)
cases = []
for out, width, deviation in [(4, 64, 0.02), (2, 192, 1.0), (3, 128, 0.3)]:
    matrix = torch.randn(out, width) * deviation
    codes, state = bits.quantize_4bit(matrix, blocksize=64, quant_type="nf4")
    cases.append(
        {
            "shape": [out, width],
            "values": matrix.flatten().tolist(),
            "codes": codes.flatten().tolist(),
            "scales": state.absmax.tolist(),
            "widened": bits.dequantize_4bit(codes, state).flatten().tolist(),
        }
    )
# More blocks than one group of scales has; the values are exact in 32 bits, and made anew by the test.
index = torch.arange(300 * 64)
matrix = ((index * 7919 % 2003 - 1001) / 1024 * (1 + index // 64 * 37 % 101) / 64).reshape(300, 64)
codes, state = bits.quantize_4bit(matrix, blocksize=64, quant_type="nf4", compress_statistics=True)
double = {
    "scales": state.absmax.tolist(),
    "map": state.state2.code.tolist(),
    "mean": state.offset.item(),
    "largest": state.state2.absmax.tolist(),
    "widened": bits.dequantize_4bit(codes, state).flatten()[::97].tolist(),
}
json.dump({"book": state.code.tolist(), "cases": cases, "double": double}, open(sys.argv[1], "w"))
