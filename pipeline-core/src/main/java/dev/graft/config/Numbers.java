// SPDX-License-Identifier: Apache-2.0
package dev.graft.config;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/** Numbers as they are written in a configuration: taken exactly or not at all. */
final class Numbers {
    /** Not what Java takes besides: hexadecimal numbers, type suffixes, NaN and infinity. */
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,9})?");

    private static final int MOST_CHARS = 400;

    private Numbers() {}

    /** A whole number that fits into 64 bits; {@code 1e3} and {@code 2.0} are whole. */
    static Optional<Long> whole(String text) {
        // Before it is written out: 1e999999999 has a thousand million digits.
        return decimal(text)
                .map(number -> number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros())
                .filter(number -> number.scale() <= 0 && (long) number.precision() - number.scale() <= 19)
                .flatMap(number -> {
                    try {
                        return Optional.of(number.longValueExact());
                    } catch (ArithmeticException e) {
                        return Optional.empty();
                    }
                });
    }

    /** A finite number; one so small that a double would make zero of it is none. */
    static Optional<Double> real(String text) {
        return decimal(text).flatMap(number -> {
            double value = number.doubleValue();
            boolean isExpressible = Double.isFinite(value) && (value != 0 || number.signum() == 0);
            return isExpressible ? Optional.of(value + 0.0) : Optional.empty();
        });
    }

    private static Optional<BigDecimal> decimal(String text) {
        String number = text.strip();
        return number.length() <= MOST_CHARS && DECIMAL.matcher(number).matches()
                ? Optional.of(new BigDecimal(number))
                : Optional.empty();
    }
}
