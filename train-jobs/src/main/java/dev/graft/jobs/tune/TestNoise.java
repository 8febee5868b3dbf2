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
 * What a copy of the test part is made harder with: an operator that needs no model.
 *
 * @param name by which the test is called; default typos for keyboard-typos, else the operator's
 * @param text its section as JSON, from which a task makes it
 */
public record TestNoise(String name, String text) implements Serializable {
    /** The test part as it is. */
    public static final String TEST = "test";

    private static final String KEY = "test-with";
    private static final String TYPOS = "keyboard-typos";

    /** Keyboard typos in a share of the words. */
    public static TestNoise typos(double alpha) {
        return Settings.parse(KEY + " = keyboard-typos, alpha = " + alpha, TestNoise::read);
    }

    static TestNoise read(Settings section) {
        Step.noise(section, KEY);
        return new TestNoise(name(section), section.canonical());
    }

    private static String name(Settings section) {
        String operator = section.string(KEY, TYPOS);
        String name = section.string("name", operator.equals(TYPOS) ? "typos" : operator);
        return name.matches("[a-z0-9][a-z0-9-]{0,59}") && !name.equals(TEST)
                ? name
                : section.problem("name", "small letters, digits and -, other than test", "typos");
    }

    /** How a sentence calls a test. */
    public static String title(String test) {
        return test.equals(TEST) ? TEST : "test with " + test;
    }

    /** The part of a table that has its rows, and what its random numbers are drawn for. */
    public String part() {
        return KEY + "-" + name;
    }

    /**
     * From a text and its id to the noisy one; equal arguments give equal texts. Not for several threads.
     *
     * @param model the base model's folder or name
     */
    public Noisy on(String model, long seed) {
        Augmenter augmenter = Settings.parse(text, section -> {
                    section.optionalString("name");
                    return Step.noise(section, KEY);
                })
                .make(new Resources(model, Optional.empty(), Optional.empty()));
        TextAnalyzer analyzer = new TextAnalyzer();
        return (id, given) -> Edit.apply(
                given,
                augmenter.edits(
                        analyzer.analyze(new Document(id, given, null)), Seeds.random(Seeds.of(seed, id, part(), 0))));
    }

    /** Texts with noise. */
    @FunctionalInterface
    public interface Noisy {
        String of(String id, String text);
    }
}
