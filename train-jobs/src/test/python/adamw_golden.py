# SPDX-License-Identifier: Apache-2.0
"""Makes src/test/resources/dev/graft/train/adamw.json: five steps of torch.optim.AdamW with clipping by global norm.

    pip install torch && python adamw_golden.py > ../resources/dev/graft/train/adamw.json

The loss is sum(c * (w - t)^2) + sum(d * (b - u)^2), with the decay on the matrix w and not on the vector b.
"""
import json

import torch

torch.manual_seed(0)
w = torch.nn.Parameter(torch.randn(2, 3))
b = torch.nn.Parameter(torch.randn(3))
c, t = torch.rand(2, 3) * 3, torch.randn(2, 3)
d, u = torch.rand(3) * 3, torch.randn(3)
rates, decay, max_norm = [1e-2, 5e-2, 1e-1, 5e-2, 1e-3], 0.1, 5.0
golden = {"torch": torch.__version__.split("+")[0], "learning_rates": rates, "weight_decay": decay, "max_norm": max_norm}
golden.update({name: value.tolist() for name, value in dict(c=c, t=t, d=d, u=u, w=w.data, b=b.data).items()})
optimiser = torch.optim.AdamW([{"params": [w], "weight_decay": decay}, {"params": [b], "weight_decay": 0.0}])
steps = []
for rate in rates:
    optimiser.zero_grad()
    ((c * (w - t) ** 2).sum() + (d * (b - u) ** 2).sum()).backward()
    norm = torch.nn.utils.clip_grad_norm_([w, b], max_norm)
    for group in optimiser.param_groups:
        group["lr"] = rate
    optimiser.step()
    steps.append({"norm": norm.item(), "w": w.data.tolist(), "b": b.data.tolist()})
golden["steps"] = steps
print(json.dumps(golden, indent=1))
