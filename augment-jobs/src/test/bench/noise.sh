#!/usr/bin/env bash
# The noise job against Spark copying its output: noise.sh ROWS[,ROWS...] ROUNDS DIRECTORY
set -euo pipefail
cd "$(dirname "$0")/../../../.."
mvn -B -q -Dquick -DskipTests package
jar=augment-jobs/target
# shellcheck disable=SC2046
SPARK_LOCAL_IP=127.0.0.1 java $(cat train-jobs/target/jvm.flags) -XX:+UseParallelGC ${GRAFT_JAVA_FLAGS:-} -Xmx2g \
  -Dlog4j2.configurationFile=conf/spark/log4j2.properties \
  -cp "$jar/test-classes:$jar/augment-jobs-spark.jar:$(cat $jar/spark.classpath)" \
  dev.graft.jobs.augment.NoiseBenchmark "$@"
