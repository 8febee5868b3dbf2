// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.config.Settings;
import dev.graft.translate.Pivot;
import java.io.Serializable;
import java.util.List;

/**
 * One operator in the configuration: an entry of {@code augment.operators}.
 *
 * @param operator which
 * @param rate {@code alpha} of the word operators (default 0.1) or {@code rate} of back-translation (default 1), from 0
 *     to 1
 * @param copies made of each document, from 1 to 1000; default 1
 * @param pivot of back-translation; default Esperanto
 */
public record OperatorSettings(Operator operator, double rate, int copies, Pivot pivot) implements Serializable {
    /** The operators, in the order in which the documentation lists them. */
    public enum Operator {
        SYNONYM_REPLACEMENT,
        RANDOM_INSERTION,
        RANDOM_SWAP,
        RANDOM_DELETION,
        KEYBOARD_TYPOS,
        BACK_TRANSLATION
    }

    /** Reads a list of operators; one operator stands in it once. */
    public static List<OperatorSettings> read(List<Settings> sections) {
        List<OperatorSettings> operators =
                sections.stream().map(OperatorSettings::read).toList();
        long distinct =
                operators.stream().map(OperatorSettings::operator).distinct().count();
        if (distinct < operators.size()) {
            throw new IllegalArgumentException(
                    "augment.operators names an operator twice; allowed is once, with copies");
        }
        return operators;
    }

    private static OperatorSettings read(Settings section) {
        section.string("operator");
        Operator operator = section.choice("operator", Operator.class, Operator.SYNONYM_REPLACEMENT);
        boolean translates = operator == Operator.BACK_TRANSLATION;
        return new OperatorSettings(
                operator,
                translates ? section.number("rate", 1, 0, 1) : section.number("alpha", 0.1, 0, 1),
                section.integer("copies", 1, 1, 1000),
                translates ? section.choice("pivot", Pivot.class, Pivot.EO) : Pivot.EO);
    }
}
