#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Synonym replacement beside nlpaug's and TextAttack's algorithms: synonym_benchmark.sh CORPORA PYTHON
# CORPORA has trec/train.jsonl, sst2/train.jsonl and banking77/train.jsonl with a field "text"; PYTHON can import nltk.
set -euo pipefail
corpora=$1
python=$2
here=$(cd "$(dirname "$0")" && pwd)
module=$(cd "$here/../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mvn -B -q -Dquick -f "$module/.." -pl pipeline-core test-compile \
  dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile="$work/classpath"
path=$module/target/test-classes:$module/target/classes:$(cat "$work/classpath")
wordnet=$(tr ':' '\n' < "$work/classpath" | grep extjwnl-data)
"$python" -m zipfile -e "$wordnet" "$work"
dictionary=$work/net/sf/extjwnl/data/wordnet/wn31
benchmark="java -cp $path dev.graft.text.wordnet.SynonymBenchmark"

$benchmark sentences "trec=$corpora/trec/train.jsonl" "sst2=$corpora/sst2/train.jsonl" \
  "banking77=$corpora/banking77/train.jsonl" > "$work/sentences.jsonl"
for library in nlpaug textattack; do
  "$python" "$here/synonym_peers.py" $library "$work/sentences.jsonl" "$dictionary" "$benchmark tag" \
    > "$work/$library.jsonl"
done
$benchmark ours "$work/sentences.jsonl" > "$work/graft.jsonl"
$benchmark score "graft=$work/graft.jsonl" "nlpaug=$work/nlpaug.jsonl" "textattack=$work/textattack.jsonl"
for settings in "alpha = 0.1" "alpha = 1"; do
  echo "$settings"
  $benchmark speed "$work/sentences.jsonl" "$settings"
done
