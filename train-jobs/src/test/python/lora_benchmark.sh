#!/usr/bin/env bash
# Runs both sides in turn, three times. Arguments: a JSON Lines file with text and label, a python that has torch,
# transformers and peft, threads, epochs.
set -euo pipefail
corpus="$(realpath "$1")" python="$2" threads="${3:-2}" epochs="${4:-5}"
cd "$(dirname "$0")/../../../.."
mvn -B -q -Dquick test-compile dependency:build-classpath -pl train-jobs -am -Dmdep.outputFile=target/bench.classpath
classpath="train-jobs/target/test-classes:train-jobs/target/classes:pipeline-core/target/classes:$(cat train-jobs/target/bench.classpath)"
base="train-jobs/target/interop/base"
[[ -d "$base" ]] || mvn -B -q -Dquick test -pl train-jobs -am -Dtest=PeftInteropTest \
  -Dsurefire.failIfNoSpecifiedTests=false -Dgraft.interop="$PWD/train-jobs/target/interop"
# As bin/graft launches.
export OMP_WAIT_POLICY=PASSIVE MALLOC_MMAP_THRESHOLD_=1000000 OPT_OUT_TRACKING=true
for round in 1 2 3; do
  # shellcheck disable=SC2046
  java $(cat train-jobs/target/jvm.flags) -cp "$classpath" dev.graft.train.LoraBenchmark "$corpus" "$threads" "$epochs"
  for order in sorted shuffled; do
    "$python" train-jobs/src/test/python/lora_benchmark.py "$base" "$corpus" "$threads" "$epochs" "$order"
  done
done
