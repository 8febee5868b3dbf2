// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import dev.graft.checkpoint.BaseModel;
import dev.graft.jobs.Launch;
import dev.graft.run.ExitCode;
import dev.graft.task.SentenceEncoder;
import dev.graft.text.wordnet.WordNet;
import dev.graft.translate.Apertium;
import dev.graft.translate.Pivot;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Says what is there and what is missing. */
@Command(
        name = "doctor",
        description = "Says what is there and what is missing.",
        exitCodeList = {"0:what every run needs is there", "1:something every run needs is missing"})
public final class Doctor implements Callable<Integer> {
    public static void main(String[] args) {
        Launch.main(new Doctor(), args);
    }

    /** Looks at one thing; what it throws is what is wrong. */
    private interface Check {
        String look() throws Exception;
    }

    @Override
    public Integer call() {
        boolean well = check(
                "java",
                () -> Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " cores, heap up to "
                        + Runtime.getRuntime().maxMemory() / (1 << 20) + " MB");
        well &= check("spark", () -> org.apache.spark.package$.MODULE$.SPARK_VERSION());
        well &= check("wordnet", () -> new WordNet().synonyms("car", "NOUN").size() + " synonyms of \"car\"");
        well &= check("pytorch", () -> {
            try (SentenceEncoder encoder = new SentenceEncoder(BaseModel.load(BaseModel.MINILM), 16)) {
                return "minilm embeds into " + encoder.embed("Is it there?").length + " dimensions";
            }
        });
        for (Pivot pivot : Pivot.values()) {
            System.out.printf(
                    "%-10s %s%n",
                    "apertium",
                    Apertium.isInstalled(pivot)
                            ? pivot.there() + " and " + pivot.back() + " are installed"
                            : pivot.there() + " is missing (back-translation only): apt-get install -y apertium "
                                    + pivot.debianPackage());
        }
        String home = System.getenv("SPARK_HOME");
        System.out.printf("%-10s %s%n", "submit", home == null ? "SPARK_HOME is not set" : "SPARK_HOME is " + home);
        return well ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static boolean check(String what, Check check) {
        try {
            System.out.printf("%-10s %s%n", what, check.look());
            return true;
        } catch (Exception | LinkageError e) {
            System.out.printf("%-10s MISSING: %s%n", what, e);
            return false;
        }
    }
}
