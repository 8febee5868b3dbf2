#!/usr/bin/env bash
# SmolLM2-135M taught by the same conversations with each method: loss, time and memory, a line of a table each.
#   train-jobs/src/test/bench/methods.sh CONVERSATIONS.jsonl ROWS FOLDER [METHOD...]
# The first 60 rows are held out, the next ROWS are learnt. Needs "graft pull smollm2" (or MODEL=FILE) and GNU time.
set -euo pipefail
file=$1 rows=$2 out=$3
shift 3
home="$(cd "$(dirname "${BASH_SOURCE[0]}")/../../../.." && pwd)"
graft="${GRAFT:-$home/bin/graft}"
mkdir -p "$out"
head -60 "$file" >"$out/held-out.jsonl"
sed -n "61,$((60 + rows))p" "$file" >"$out/rows.jsonl"
cat >"$out/methods.conf" <<CONF
name = methods
model = "${MODEL:-smollm2}"
corpus { train = "$(realpath "$out")/rows.jsonl", validation = "$(realpath "$out")/held-out.jsonl" }
objective { kind = sft }
train { schedule = linear, warmup-ratio = 0, epochs = 1, batch-size = 8, max-length = 512 }
CONF

# Rates as their papers and libraries have them.
declare -A methods=(
  [lora]='method={kind=lora,r=8,lora-alpha=16,target-modules=all-linear} train.learning-rate=5e-4'
  [dora]='method={kind=lora,r=8,lora-alpha=16,target-modules=all-linear,use-dora=true} train.learning-rate=5e-4'
  [pissa]='method={kind=lora,r=8,lora-alpha=8,target-modules=all-linear,init-lora-weights=pissa} train.learning-rate=5e-4'
  [bottleneck]='method={kind=bottleneck,placement=pfeiffer,reduction=16} train.learning-rate=1e-3'
  [ia3]='method={kind=ia3} train.learning-rate=3e-3'
  [prefix-tuning]='method={kind=prefix-tuning,num-virtual-tokens=30} train.learning-rate=1e-2'
  [full]='method={kind=full} train.learning-rate=5e-5'
  [lora-checkpointing]='method={kind=lora,r=8,lora-alpha=16,target-modules=all-linear} train.learning-rate=5e-4 train.activation-checkpointing=true'
  [lora-int8]='method={kind=lora,r=8,lora-alpha=16,target-modules=all-linear,quantize=int8} train.learning-rate=5e-4'
  [lora-nf4]='method={kind=lora,r=8,lora-alpha=16,target-modules=all-linear,quantize=nf4} train.learning-rate=5e-4'
)
[[ $# -gt 0 ]] || set -- lora dora pissa bottleneck ia3 prefix-tuning full lora-checkpointing lora-int8 lora-nf4
echo '| method | share trained | loss before, after | CPU s of the steps | tokens a CPU second | peak resident memory, GB |'
echo '| --- | --- | --- | --- | --- | --- |'
for method in "$@"; do
  # shellcheck disable=SC2086
  /usr/bin/time -v "$graft" train "$out/methods.conf" ${methods[$method]} out="$out/$method" --force >"$out/$method.log" 2>&1 || true
  python3 - "$method" "$out/$method.log" "$out/$method/metrics.json" <<'PY'
import json, os, re, sys
method, log, metrics = sys.argv[1:]
text = open(log).read()
peak = int(re.search(r"Maximum resident set size \(kbytes\): (\d+)", text).group(1)) / 1e6
found = re.search(r"trained: .*?([\d.]+) %", text)
share = found.group(1) + " %" if found else ""
if not os.path.exists(metrics):
    print(f"| {method} | {share} | failed: {text.strip().splitlines()[0][:100]} | | | {peak:.1f} |")
else:
    m = json.load(open(metrics))
    print(f"| {method} | {share} | {m['before']['loss']:.3f}, {m['after']['loss']:.3f} | {m['cpuSeconds']:.0f} "
          f"| {m['tokens'] / m['cpuSeconds']:.0f} | {peak:.1f} |", flush=True)
PY
done
