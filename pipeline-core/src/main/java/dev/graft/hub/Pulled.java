// SPDX-License-Identifier: Apache-2.0
package dev.graft.hub;

import java.nio.file.Path;
import java.util.Optional;

/** The models that were pulled, by the names that a configuration or a command gives them. */
public final class Pulled {
    private Pulled() {}

    /**
     * The folder of a name of the catalogue, or of a hub's repository.
     *
     * @return empty where it is no such name, or was not pulled
     */
    public static Optional<Path> in(Path cache, String name) {
        Optional<Catalogue> named = Catalogue.of(name);
        return named.isPresent()
                ? named.filter(model -> model.isIn(cache)).map(model -> cache.resolve(name))
                : HubRepository.of(name).flatMap(repository -> repository.in(cache));
    }

    /** What is allowed where a model is named. */
    public static String allowed(String given) {
        String pull = Catalogue.of(given).isPresent() || HubRepository.of(given).isPresent()
                ? " (to get it: graft pull " + given + ")"
                : "";
        return "a folder that can be read, or the name of a model that was pulled" + pull;
    }
}
