// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import dev.graft.config.Settings;
import dev.graft.model.Modules;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Which linear maps a method adapts, by their names, as PEFT's {@code target_modules} says it. */
public sealed interface Targets extends Serializable {
    /** What {@link AllLinear} is called. */
    String ALL_LINEAR = "all-linear";

    /** As a reader knows them. */
    String told();

    /** Whether a module is adapted. */
    boolean match(String module);

    /** The targets that adapt none of the modules. */
    List<String> lost(Set<String> modules);

    /** All but the head. */
    record AllLinear() implements Targets {
        @Override
        public boolean match(String module) {
            return !Modules.isHead(module);
        }

        @Override
        public String told() {
            return ALL_LINEAR;
        }

        @Override
        public List<String> lost(Set<String> modules) {
            return List.of();
        }
    }

    /**
     * Those whose name is one of these, or ends with one.
     *
     * @param names sorted
     */
    record Named(List<String> names) implements Targets {
        public Named {
            if (names.isEmpty() || names.stream().anyMatch(String::isBlank)) {
                throw new IllegalArgumentException(
                        "target-modules is " + names + "; allowed is one name or more, such as q_proj");
            }
            names = names.stream().sorted().distinct().toList();
        }

        @Override
        public boolean match(String module) {
            return names.stream().anyMatch(name -> named(name, module));
        }

        @Override
        public String told() {
            return String.join(", ", names);
        }

        @Override
        public List<String> lost(Set<String> modules) {
            return names.stream()
                    .filter(name -> modules.stream().noneMatch(module -> named(name, module)))
                    .toList();
        }
    }

    /** Those whose whole name a regular expression matches. */
    record Matching(String regex) implements Targets {
        public Matching {
            try {
                Pattern.compile(regex);
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException("target-modules is \"" + regex
                        + "\"; allowed is a regular expression (" + e.getDescription() + ")");
            }
        }

        @Override
        public boolean match(String module) {
            return module.matches(regex);
        }

        @Override
        public String told() {
            return regex;
        }

        @Override
        public List<String> lost(Set<String> modules) {
            return modules.stream().anyMatch(this::match) ? List.of() : List.of(regex);
        }
    }

    /** Some, without others. */
    record Except(Targets included, Targets excluded) implements Targets {
        @Override
        public boolean match(String module) {
            return included.match(module) && !excluded.match(module);
        }

        @Override
        public String told() {
            return included.told() + " without " + excluded.told();
        }

        @Override
        public List<String> lost(Set<String> modules) {
            return included.lost(modules);
        }
    }

    /** Whether a name is a module's, or the last parts of it. */
    static boolean named(String name, String module) {
        return module.equals(name) || module.endsWith("." + name);
    }

    /** {@code all-linear}, a list of names, or a regular expression. */
    static Targets read(Settings method, String key, Targets fallback) {
        List<String> names = fallback instanceof Named named ? named.names() : List.of(fallback.told());
        List<String> given = method.textOrTexts(key, names);
        if (!method.has(key)) {
            return fallback;
        }
        if (given.equals(List.of(ALL_LINEAR))) {
            return new AllLinear();
        }
        try {
            return method.isText(key) ? new Matching(given.get(0)) : new Named(given);
        } catch (IllegalArgumentException e) {
            return method.problem(key, "all-linear, a list of names or a regular expression of whole names", fallback);
        }
    }

    /**
     * Requires that each target adapts something.
     *
     * @param modules all linear maps of the model
     * @param place the model, for the error
     * @throws AdapterException that names each target which is not in the model, and what is
     */
    default void requireIn(Set<String> modules, String place) {
        List<String> lost = lost(modules);
        if (!lost.isEmpty()) {
            throw new AdapterException("target-modules names " + String.join(", ", lost) + ", which " + place
                    + " does not have; allowed are the last parts of "
                    + modules.stream()
                            .map(name -> name.replaceFirst("^.*?\\.\\d+\\.", ""))
                            .distinct()
                            .sorted()
                            .toList());
        }
    }
}
