// SPDX-License-Identifier: Apache-2.0
package dev.graft;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules that hold the house up, over pipeline-core and augment-jobs; train-jobs has the same test of its own. */
@AnalyzeClasses(packages = "dev.graft", importOptions = DoNotIncludeTests.class)
class HouseTest {
    @ArchTest
    static final ArchRule SPARK_AT_THE_EDGE = noClasses()
            .that()
            .resideOutsideOfPackages("dev.graft.jobs..", "dev.graft.cluster..")
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
                    "dev.graft.generate..",
                    "dev.graft.adapt..",
                    "dev.graft.train..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl..");

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
    static final ArchRule NO_CYCLES =
            slices().matching("dev.graft.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONLY_JOBS_END_THE_PROCESS = noClasses()
            .that()
            .resideOutsideOfPackage("dev.graft.jobs..")
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(java.time.Instant.class, "now");

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
