// SPDX-License-Identifier: Apache-2.0
package dev.graft;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The rules that hold the house up, over all modules. */
@AnalyzeClasses(packages = "dev.graft", importOptions = DoNotIncludeTests.class)
class HouseTest {
    @ArchTest
    static final ArchRule SPARK_AT_THE_EDGE = noClasses()
            .that()
            .resideOutsideOfPackages("dev.graft.jobs..", "dev.graft.cluster..", "dev.graft.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.spark..");

    @ArchTest
    static final ArchRule DJL_BELOW = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.graft.nn..",
                    "dev.graft.checkpoint..",
                    "dev.graft.translate..",
                    "dev.graft.tokenize..",
                    "dev.graft.model..",
                    "dev.graft.task..",
                    "dev.graft.generate..",
                    "dev.graft.adapt..",
                    "dev.graft.train..",
                    // The places where the scheduler's device, or the machine's own, becomes the engine's.
                    "dev.graft.jobs.baseline..",
                    "dev.graft.jobs.train..",
                    "dev.graft.jobs.tune..",
                    "dev.graft.jobs.evidence..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl..");

    /** Gradients, threads and fused operations of the engine, which its public interface lacks. */
    @ArchTest
    static final ArchRule THE_ENGINES_INSIDE = noClasses()
            .that()
            .resideOutsideOfPackage("dev.graft.nn.engine..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.djl.pytorch.jni..", "ai.djl.pytorch.engine..");

    /** No release of Spark promises them: what knows them lies together, and hashes that are Spark's beside the schema. */
    @ArchTest
    static final ArchRule SPARKS_INSIDE = noClasses()
            .that()
            .resideOutsideOfPackages("dev.graft.jobs.augment.catalyst..", "dev.graft.jobs.augment.schema..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.spark.sql.catalyst.util..",
                    "org.apache.spark.sql.catalyst.expressions..",
                    "org.apache.spark.sql.classic..",
                    "org.apache.spark.unsafe..")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("org.apache.spark.sql.catalyst.InternalRow");

    /** What is made of one document, and the ground floor below it, can be tried without Spark's tables. */
    @ArchTest
    static final ArchRule CANDIDATES_KNOW_NO_SPARK = noClasses()
            .that()
            .resideInAPackage("dev.graft.jobs.augment.candidate..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.spark..");

    @ArchTest
    static final ArchRule CONFIG_STANDS_ALONE = noClasses()
            .that()
            .resideInAPackage("dev.graft.config..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.graft.corpus..",
                    "dev.graft.text..",
                    "dev.graft.augment..",
                    "dev.graft.run..",
                    "dev.graft.nn..");

    @ArchTest
    static final ArchRule AUGMENTING_KNOWS_NO_TRAINING = noClasses()
            .that()
            .resideInAPackage("dev.graft.jobs.augment..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.graft.jobs.train..", "dev.graft.train..", "dev.graft.cluster..", "dev.graft.cli..");

    @ArchTest
    static final ArchRule TRAINING_KNOWS_NO_AUGMENTING = noClasses()
            .that()
            .resideInAnyPackage("dev.graft.jobs.train..", "dev.graft.train..", "dev.graft.cluster..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.graft.jobs.augment..", "dev.graft.cli..");

    @ArchTest
    static final ArchRule BLOCKS_SEE_NO_FILES = noClasses()
            .that()
            .resideInAPackage("dev.graft.nn..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.graft.checkpoint..", "java.nio.file..")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.io\\.(File|RandomAccessFile).*");

    @ArchTest
    static final ArchRule FAMILIES_KNOW_NO_METHOD = noClasses()
            .that()
            .resideInAnyPackage("dev.graft.nn..", "dev.graft.model..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.graft.adapt..", "dev.graft.task..", "dev.graft.generate..");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("dev.graft.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONLY_JOBS_END_THE_PROCESS = noClasses()
            .that()
            .resideOutsideOfPackages("dev.graft.jobs..", "dev.graft.cli..")
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(java.time.Instant.class, "now");

    /** The device that a scheduler lent is told by the environment alone. */
    @ArchTest
    static final ArchRule ONLY_JOBS_READ_THE_ENVIRONMENT = noClasses()
            .that()
            .resideOutsideOfPackages("dev.graft.jobs..", "dev.graft.cli..", "dev.graft.cluster..")
            .should()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getenv");

    @ArchTest
    static void oneNameMeansOneThing(JavaClasses classes) {
        Map<String, Set<String>> packages = new TreeMap<>();
        classes.stream()
                .filter(each -> each.isTopLevelClass() && !each.getSimpleName().equals("package-info"))
                .forEach(each -> packages.computeIfAbsent(each.getSimpleName(), any -> new TreeSet<>())
                        .add(each.getPackageName()));
        packages.values().removeIf(each -> each.size() < 2);
        assertThat(packages).isEmpty();
    }

    @ArchTest
    static final ArchRule NO_HOLDALLS = noClasses()
            .should()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Impl");
}
