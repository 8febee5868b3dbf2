// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.text.WordNet;
import dev.graft.translate.Apertium;
import dev.graft.translate.Pivot;
import java.util.function.Supplier;

/** The one list of operators: from its settings to an operator. */
public final class Augmenters {
    private Augmenters() {}

    /**
     * @param wordNet asked only for an operator that needs it
     * @throws dev.graft.translate.TranslationException if the operator's translator is not installed
     */
    public static Augmenter of(OperatorSettings settings, Supplier<WordNet> wordNet) {
        return switch (settings.operator()) {
            case SYNONYM_REPLACEMENT -> new SynonymReplacement(wordNet.get(), settings.rate());
            case RANDOM_INSERTION -> new RandomInsertion(wordNet.get(), settings.rate());
            case RANDOM_SWAP -> new RandomSwap(settings.rate());
            case RANDOM_DELETION -> new RandomDeletion(settings.rate());
            case KEYBOARD_TYPOS -> new KeyboardTypos(settings.rate());
            case BACK_TRANSLATION -> backTranslation(settings.pivot(), settings.rate());
        };
    }

    private static BackTranslation backTranslation(Pivot pivot, double rate) {
        return new BackTranslation(
                new Apertium(pivot.there(), pivot.debianPackage()),
                new Apertium(pivot.back(), pivot.debianPackage()),
                rate);
    }
}
