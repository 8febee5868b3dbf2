# SPDX-License-Identifier: Apache-2.0
"""Augments, then trains, every week: an Airflow DAG of two spark-submits.

Needs the provider apache-airflow-providers-apache-spark, spark-submit on the Airflow workers, a connection
`graft_spark` of the type Spark (its host is the master, such as spark://head:7077), and these Airflow variables:

graft_home   where the Graft build lies on the Airflow workers, such as /opt/graft
graft_conf   the configuration, such as /data/classify.conf; driver and executors see its paths
graft_out    the directory of the runs, such as /data/runs; each run gets a directory of its own date
"""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

HOME = "{{ var.value.graft_home }}"
# A retried task finds its own run again: a finished step is skipped, an unfinished one left nothing behind.
ARGUMENTS = ["{{ var.value.graft_conf }}", "out={{ var.value.graft_out }}/{{ ds }}"]

with DAG(
    dag_id="graft",
    schedule="@weekly",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=5)},
) as dag:
    augment = SparkSubmitOperator(
        task_id="augment",
        conn_id="graft_spark",
        name="graft-augment",
        application=HOME + "/augment-jobs/target/augment-jobs-spark.jar",
        java_class="dev.graft.jobs.augment.AugmentJob",
        application_args=ARGUMENTS,
        executor_cores=4,
        executor_memory="4g",
    )

    train = SparkSubmitOperator(
        task_id="train",
        conn_id="graft_spark",
        name="graft-train",
        application=HOME + "/train-jobs/target/train-jobs-spark.jar",
        java_class="dev.graft.jobs.train.TrainJob",
        application_args=[*ARGUMENTS, "stages.tune.device=gpu"],
        executor_cores=4,
        executor_memory="4g",
        # gpu-standalone.conf explains each; YARN and Kubernetes also need the executors' discoveryScript.
        conf={
            "spark.executor.resource.gpu.amount": "1",
            "spark.task.cpus": "4",
            "spark.executorEnv.CUDA_DEVICE_ORDER": "PCI_BUS_ID",
        },
    )

    augment >> train
