// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import dev.graft.jobs.Arguments;
import dev.graft.jobs.augment.read.CorpusReader;
import dev.graft.jobs.augment.read.CorpusTables;
import dev.graft.jobs.train.CorpusRows;
import dev.graft.jobs.train.PlannedTraining;
import dev.graft.run.ExitCode;
import dev.graft.run.Recipe;
import dev.graft.storage.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A look at a training before it is started. */
@Command(
        name = "check",
        description =
                "Shows what a training would teach: rows, classes, what is cut off, the tokens that carry loss, what is trained, memory,"
                        + " one step's gradients.")
final class CheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Arguments arguments = new Arguments();

    @Override
    public Integer call() throws IOException {
        PlannedTraining planned = arguments.readStage(PlannedTraining::read);
        List<String> problems =
                planned.check(CheckCommand::rows, spec.commandLine().getOut());
        return problems.isEmpty() ? ExitCode.DONE : ExitCode.WRONG_INPUT;
    }

    private static CorpusRows.Read rows(SparkSession spark, Recipe recipe, Place staging) {
        CorpusTables tables = new CorpusReader(spark, recipe.corpus(), recipe.maxChars()).read(staging);
        List<String> notes = new ArrayList<>();
        tables.quarantine()
                .groupBy("reason")
                .agg(count(lit(1)).as("rows"))
                .orderBy(col("rows").desc(), col("reason"))
                .collectAsList()
                .forEach(each -> notes.add(
                        String.format(Locale.ROOT, "set aside: %,d x %s", each.getLong(1), each.getString(0))));
        notes.addAll(tables.notes());
        CorpusTables.Census census = tables.census().get();
        return new CorpusRows.Read(tables.rows(), census.documents(), census.bad(), notes);
    }
}
