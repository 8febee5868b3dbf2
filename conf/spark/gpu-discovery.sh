#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints this machine's GPUs as Spark wants to read them, such as {"name": "gpu", "addresses": ["0", "1"]}.
# A standalone worker runs it (spark.worker.resource.gpu.discoveryScript); on YARN and Kubernetes each executor
# (spark.executor.resource.gpu.discoveryScript). Spark reads stdout only, and wants an exit status of 0.
#
# Indices, and not UUIDs: GpuStage turns an address into CUDA's number of the device, and where
# CUDA_VISIBLE_DEVICES is not set that is the index, provided that CUDA counts as nvidia-smi does
# (CUDA_DEVICE_ORDER=PCI_BUS_ID, see gpu-standalone.conf).
set -eu

if ! command -v nvidia-smi > /dev/null; then
    echo "gpu-discovery.sh: there is no nvidia-smi on the PATH ($PATH) of $(hostname)" >&2
    exit 1
fi

indices=$(nvidia-smi --query-gpu=index --format=csv,noheader)
addresses=$(printf '%s\n' "$indices" | sed -n 's/^ *\([0-9][0-9]*\) *$/"\1"/p' | paste -s -d , -)
printf '{"name": "gpu", "addresses": [%s]}\n' "$addresses"
