#!/usr/bin/env bash
# SmolLM2-135M taught by the same conversations with each method: loss, time and memory, a line of a table each.
#   train-jobs/src/test/bench/methods.sh CONVERSATIONS.jsonl ROWS FOLDER [METHOD...]
# The first 60 rows (or HELD) are held out, the next ROWS are learnt. Needs "graft pull smollm2" (or MODEL=FILE) and GNU time.
set -euo pipefail
file=$1 rows=$2 out=$3
shift 3
home="$(cd "$(dirname "${BASH_SOURCE[0]}")/../../../.." && pwd)"
graft="${GRAFT:-$home/bin/graft}"
mkdir -p "$out"
head -${HELD:-60} "$file" >"$out/held-out.jsonl"
sed -n "61,$((60 + rows))p" "$file" >"$out/rows.jsonl"
cat >"$out/methods.conf" <<CONF
name = methods
model = "${MODEL:-smollm2}"
corpus { train = "$(realpath "$out")/rows.jsonl", validation = "$(realpath "$out")/held-out.jsonl" }
stages = [ { name = tune, kind = train, objective { kind = sft }
  schedule = linear, warmup-ratio = 0, epochs = 1, batch-size = 8, max-length = 512 } ]
CONF

# Rates as their papers and libraries have them.
declare -A methods=(
  [lora]='stages.tune.method={kind=lora,r=8,lora-alpha=16,target-modules=all-linear} stages.tune.learning-rate=5e-4'
  [dora]='stages.tune.method={kind=lora,r=8,lora-alpha=16,target-modules=all-linear,use-dora=true} stages.tune.learning-rate=5e-4'
  [lora-ga]='stages.tune.method={kind=lora,r=8,lora-alpha=8,target-modules=all-linear,init-lora-weights=gradient} stages.tune.learning-rate=5e-4'
  [pissa]='stages.tune.method={kind=lora,r=8,lora-alpha=8,target-modules=all-linear,init-lora-weights=pissa} stages.tune.learning-rate=5e-4'
  [bottleneck]='stages.tune.method={kind=bottleneck,placement=pfeiffer,reduction=16} stages.tune.learning-rate=1e-3'
  [ia3]='stages.tune.method={kind=ia3} stages.tune.learning-rate=3e-3'
  [prompt-tuning]='stages.tune.method={kind=prompt-tuning,num-virtual-tokens=30} stages.tune.learning-rate=1e-2'
  [prefix-tuning]='stages.tune.method={kind=prefix-tuning,num-virtual-tokens=30} stages.tune.learning-rate=1e-2'
  [prompt-random]='stages.tune.method={kind=prompt-tuning,num-virtual-tokens=30,init=random} stages.tune.learning-rate=1e-2'
  [prefix-random]='stages.tune.method={kind=prefix-tuning,num-virtual-tokens=30,init=random} stages.tune.learning-rate=1e-2'
  [full]='stages.tune.method={kind=full} stages.tune.learning-rate=5e-5'
  [lora-checkpointing]='stages.tune.method={kind=lora,r=8,lora-alpha=16,target-modules=all-linear} stages.tune.learning-rate=5e-4 stages.tune.activation-checkpointing=true'
  [lora-int8]='stages.tune.method={kind=lora,r=8,lora-alpha=16,target-modules=all-linear,quantize=int8} stages.tune.learning-rate=5e-4'
  [lora-stored]='stages.tune.method={kind=lora,r=8,lora-alpha=16,target-modules=all-linear,quantize=stored} stages.tune.learning-rate=5e-4'
  [lora-nf4]='stages.tune.method={kind=lora,r=8,lora-alpha=16,target-modules=all-linear,quantize=nf4} stages.tune.learning-rate=5e-4'
)
[[ $# -gt 0 ]] || set -- lora dora pissa lora-ga bottleneck ia3 prefix-tuning prompt-tuning full lora-checkpointing lora-int8 lora-nf4 lora-stored
echo '| method | share trained | loss before, after | CPU s of the steps | tokens a CPU second | peak resident memory, GB |'
echo '| --- | --- | --- | --- | --- | --- |'
for method in "$@"; do
  # shellcheck disable=SC2086
  /usr/bin/time -v "$graft" train "$out/methods.conf" ${methods[$method]} out="$out/$method" --force >"$out/$method.log" 2>&1 || true
  python3 - "$method" "$out/$method.log" "$out/$method/tune" <<'PY'
import json, os, re, sys
method, log, run = sys.argv[1:]
text = open(log).read()
peak = int(re.search(r"Maximum resident set size \(kbytes\): (\d+)", text).group(1)) / 1e6
if not os.path.exists(run + "/metrics.json"):
    print(f"| {method} | | failed: {text.strip().splitlines()[0][:100]} | | | {peak:.1f} |", flush=True)
else:
    m = json.load(open(run + "/metrics.json"))["exported"]
    trained = json.load(open(run + "/adapter/adapter_manifest.json"))["trained_parameters"]
    before, after = (m[part]["validation"]["loss"] for part in ("before", "after"))
    print(f"| {method} | {trained / 134515008:.3%} | {before:.3f}, {after:.3f} | {m['cpuSeconds']:.0f} "
          f"| {m['tokens'] / m['cpuSeconds']:.0f} | {peak:.1f} |", flush=True)
PY
done
