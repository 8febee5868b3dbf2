#!/usr/bin/env bash
# All of MiniLM trained to find hidden words, and transformers with the same: tokens a CPU second and memory, in turn.
#   train-jobs/src/test/bench/masked_lm.sh TEXTS.jsonl STEPS PYTHON TOKENIZER.json FOLDER [TIMES]
# TEXTS.jsonl has a column text; TOKENIZER.json is MiniLM's. Needs GNU time. One thread each.
set -euo pipefail
texts=$(realpath "$1") steps=$2 python=$3 tokenizer=$4 out=$5 times=${6:-2}
home="$(cd "$(dirname "${BASH_SOURCE[0]}")/../../../.." && pwd)"
graft="${GRAFT:-$home/bin/graft}"
mkdir -p "$out"
export OMP_NUM_THREADS=1
cat >"$out/masked-lm.conf" <<CONF
name = masked-lm
model = minilm
corpus { train = "$texts" }
stages = [ { name = tune, kind = train, objective { kind = masked-lm }, method { kind = full }
  learning-rate = 1e-4, epochs = 1, max-steps = $steps, batch-size = 32, max-length = 64, pass-tokens = 2048 } ]
CONF
echo '| | tokens | CPU s of the steps | tokens a CPU second | peak resident memory, GB | loss, first and last step |'
echo '| --- | --- | --- | --- | --- | --- |'
for _ in $(seq "$times"); do
  GRAFT_JAVA_FLAGS="${GRAFT_JAVA_FLAGS:--Dspark.master=local[1] -Xmx1g}" /usr/bin/time -f "peak %M" \
    "$graft" train "$out/masked-lm.conf" out="$out/run" --force >"$out/graft.log" 2>&1
  python3 - "$out" <<'PY'
import json, re, sys
m = json.load(open(sys.argv[1] + "/run/tune/metrics.json"))["exported"]
peak = int(re.findall(r"peak (\d+)", open(sys.argv[1] + "/graft.log").read())[-1]) / 1e6
print(f"| Graft | {m['tokens']} | {m['cpuSeconds']:.1f} | {m['tokens'] / m['cpuSeconds']:.0f} | {peak:.2f} "
      f"| {m['losses'][0]:.2f}, {m['losses'][-1]:.2f} |", flush=True)
PY
  "$python" "$home/train-jobs/src/test/python/masked_lm_reference.py" "$texts" "$steps" "$tokenizer" 2>/dev/null
done
