// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.write;

import dev.graft.augment.operator.Operator;
import dev.graft.hub.Catalogue;
import dev.graft.jobs.Storages;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.storage.Content;
import dev.graft.storage.LocalStorage;
import dev.graft.text.TextAnalyzer;
import dev.graft.text.wordnet.WordNet;
import dev.graft.translate.Apertium;
import dev.graft.translate.Pivot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The models, lexicons and programs of a run, each with its hash or version. Files that the configuration names stand with its
 * inputs.
 */
final class UsedModels {
    private static final Set<Operator> OF_WORDNET = EnumSet.of(Operator.SYNONYM_REPLACEMENT, Operator.RANDOM_INSERTION);

    private UsedModels() {}

    static SortedMap<String, String> of(AugmentSettings settings) {
        SortedMap<String, String> used = new TreeMap<>();
        if (!settings.section().cheap()) {
            String model = settings.recipe().model();
            used.put(model, Storages.model(model).sha256());
            used.putAll(TextAnalyzer.modelHashes());
        }
        if (settings.section().steps().stream()
                .anyMatch(step -> step.operators().stream().anyMatch(OF_WORDNET::contains))) {
            used.put("wordnet", WordNet.version());
        }
        settings.values().forEach((key, value) -> {
            if (key.startsWith("augment.operators[") && !isLeftOut(settings, key)) {
                translators(settings, key, value, used);
            }
        });
        return used;
    }

    private static boolean isLeftOut(AugmentSettings settings, String key) {
        return settings.leftOut().keySet().stream().anyMatch(path -> key.startsWith(path + "."));
    }

    private static boolean namesModels(AugmentSettings settings, String operator) {
        return settings.files().keySet().stream()
                .anyMatch(key -> key.startsWith(operator + "models") || key.startsWith(operator + "from"));
    }

    /** An operator's key that says by which languages it translates. */
    private static void translators(
            AugmentSettings settings, String key, String value, SortedMap<String, String> used) {
        if (key.endsWith(".pivot")) {
            Pivot pivot = Pivot.valueOf(value.toUpperCase(java.util.Locale.ROOT));
            used.put("apertium " + pivot.there(), Apertium.version(pivot.there()));
            used.put("apertium " + pivot.back(), Apertium.version(pivot.back()));
        } else if (key.endsWith(".pivots") && !namesModels(settings, key.replaceFirst("pivots$", ""))) {
            try {
                String cache = Catalogue.cache().toString();
                Content.of(new LocalStorage(), cache).ifPresent(models -> used.put(cache, models.hash()));
            } catch (IOException e) {
                throw new UncheckedIOException("can't read the models of " + key + ": " + e, e);
            }
        }
    }
}
