// SPDX-License-Identifier: Apache-2.0
package dev.graft.config;

import java.util.List;

/** The user's configuration is wrong; carries every problem that was found, not the first. */
public class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    public ConfigException(List<String> problems) {
        super((problems.size() == 1 ? "1 problem" : problems.size() + " problems") + " in the configuration:\n  "
                + String.join("\n  ", problems));
        this.problems = List.copyOf(problems);
    }

    /** One line each: place, key, what was given, what is allowed. */
    public List<String> problems() {
        return problems;
    }
}
