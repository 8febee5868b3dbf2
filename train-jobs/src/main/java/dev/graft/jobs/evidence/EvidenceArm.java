// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.evidence;

import dev.graft.adapt.Lora;
import dev.graft.adapt.Method;
import dev.graft.adapt.Methods;
import dev.graft.adapt.Targets;
import dev.graft.config.Settings;
import dev.graft.jobs.Storages;
import dev.graft.jobs.augment.setup.AugmentSection;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.train.ConsistencyTraining;
import dev.graft.train.SelfTraining;
import dev.graft.train.meta.MetaSettings;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is compared: how a classifier comes about from the same rows.
 *
 * @param name in the table
 * @param probe whether nothing is tuned: a logistic regression on the untuned model's embeddings
 * @param method default LoRA of rank 8 on query and value
 * @param learningRate peak rate, and a tenth of the head's; 0, the default, for that of {@code train}
 * @param steps of the optimiser; 0, the default, for those of the claim
 * @param balanced whether rows of rarer classes are repeated until all classes have as many; default false
 * @param copies section {@code augment} as JSON by which copies of the labelled rows are made, the arm's own or the one of the
 *     configuration that {@code policy} names; empty for none
 * @param consistency with how copies of the unlabelled rows are made; null for none
 * @param selfTraining on the unlabelled rows; null for none
 * @param domain masked words of the unlabelled rows that the model learns before; null for none
 * @param meta what is learnt of tasks of other classes before; empty for none
 * @param values as they were read, for the fingerprint
 */
record EvidenceArm(
        String name,
        boolean probe,
        Method method,
        double learningRate,
        int steps,
        boolean balanced,
        String copies,
        @Nullable Consistent consistency,
        @Nullable SelfTraining selfTraining,
        @Nullable Domain domain,
        @Nullable MetaSettings meta,
        String values)
        implements Serializable {
    private static final Lora LORA = new Lora(8, 16, 0.1, new Targets.Named(List.of("query", "value")));

    /**
     * @param how without rows
     * @param balanced whether rows of rarer classes are repeated until all classes have as many; default false
     * @param copies section {@code augment} as JSON
     */
    record Consistent(ConsistencyTraining how, String copies) implements Serializable {}

    /**
     * @param steps of the optimiser, default 100
     * @param learningRate default 1e-3
     */
    record Domain(int steps, double learningRate) implements Serializable {}

    static EvidenceArm read(Settings arm) {
        boolean meta = arm.has("meta");
        boolean searched = arm.has("policy");
        String copies = searched ? searched(arm) : arm.has("augment") ? copies(arm) : "";
        if (searched && arm.has("augment")) {
            arm.problem("augment", "none beside a policy, which says how copies are made", "");
        }
        return new EvidenceArm(
                arm.string("name"),
                arm.flag("frozen-probe", false),
                arm.has("method") ? Methods.read(arm.section("method")) : LORA,
                arm.number("learning-rate", 0, 0, 1),
                // Asked for only where it is given, so that trials that are there keep their fingerprint.
                arm.has("steps") ? arm.integer("steps", 0, 1, 1_000_000) : 0,
                arm.flag("balanced", false),
                copies,
                arm.has("consistency") ? consistent(arm.section("consistency")) : null,
                arm.has("self-training") ? SelfTraining.read(arm.section("self-training")) : null,
                arm.has("domain") ? domain(arm.section("domain")) : null,
                meta ? MetaSettings.read(arm.section("meta")) : null,
                searched ? arm.values() + copies : arm.values().toString());
    }

    /** What a search has chosen, from the configuration that it wrote; empty where that is to make no copies. */
    private static String searched(Settings arm) {
        Path file = arm.file("policy");
        if (!Files.isRegularFile(file)) {
            return "";
        }
        AugmentSettings chosen = Settings.read(file, List.of(), Storages::local, AugmentSettings::read);
        return chosen.section().steps().isEmpty() ? "" : chosen.text();
    }

    private static Consistent consistent(Settings section) {
        return new Consistent(ConsistencyTraining.read(section), copies(section));
    }

    private static String copies(Settings section) {
        Settings augment = section.section("augment");
        AugmentSection.read(augment);
        return augment.canonical();
    }

    private static Domain domain(Settings section) {
        return new Domain(section.integer("steps", 100, 1, 1_000_000), section.number("learning-rate", 1e-3, 1e-9, 1));
    }

    AugmentSection section() {
        return section(copies);
    }

    static AugmentSection section(String copies) {
        return Settings.parse(copies, Storages::local, AugmentSection::read);
    }
}
