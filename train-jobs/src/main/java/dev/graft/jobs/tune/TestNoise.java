// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.Resources;
import dev.graft.augment.operator.Step;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.random.Seeds;
import dev.graft.text.TextAnalyzer;
import java.io.Serializable;
import java.util.Optional;

/**
 * What a test part is made harder with: an operator that needs no model.
 *
 * @param name by which the test is called
 * @param text its section as JSON, from which a task makes it
 */
public record TestNoise(String name, String text) implements Serializable {
    private static final String KEY = "test-with";

    /** Keyboard typos in a share of the words. */
    public static TestNoise typos(double alpha) {
        return Settings.parse(KEY + " = keyboard-typos, alpha = " + alpha, TestNoise::read);
    }

    static TestNoise read(Settings section) {
        Step.noise(section, KEY);
        return new TestNoise(section.string(KEY), section.canonical());
    }

    /**
     * From a text and its id to the noisy one; equal arguments give equal texts. Not for several threads.
     *
     * @param model the base model's folder or name
     */
    public Noisy on(String model, long seed) {
        Augmenter augmenter = Settings.parse(text, section -> Step.noise(section, KEY))
                .make(new Resources(model, Optional.empty(), Optional.empty()));
        TextAnalyzer analyzer = new TextAnalyzer();
        return (id, given) -> Edit.apply(
                given,
                augmenter.edits(
                        analyzer.analyze(new Document(id, given, null)),
                        Seeds.random(Seeds.of(seed, id, "test-with-typos", 0))));
    }

    /** Texts with noise. */
    @FunctionalInterface
    public interface Noisy {
        String of(String id, String text);

        /** As it is. */
        static Noisy none() {
            return (id, text) -> text;
        }
    }
}
