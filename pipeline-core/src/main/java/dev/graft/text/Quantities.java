// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import dev.graft.corpus.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Numbers with what they count or name: a unit ("5 mg", "two days", "180 °C"), a time ("10 am"), a currency ("£ 90"), a date
 * ("march 21st"), parts that a tokeniser took apart ("2 . 0"), or a model ("iphone 13", "page 4").
 */
final class Quantities {
    private static final Set<String> UNITS =
            set("mg mcg kg g gr gram grams kilo kilos kilogram kilograms ml cl dl l liter liters litre litres km m"
                    + " meter meters metre metres cm mm mi mile miles yd yard yards ft foot feet inch inches lb lbs oz ounce"
                    + " ounces gallon gallons pint pints ton tons tonne tonnes ms s sec secs second seconds min mins minute minutes"
                    + " h hr hrs hour hours day days night nights week weeks month months yr yrs year years decade decades century"
                    + " centuries weekday weekdays am pm a.m. p.m. a.m p.m o'clock oclock percent per-cent % ° °c °f º ºc degree"
                    + " degrees celsius fahrenheit dollar dollars euro euros buck bucks pound pounds quid cent cents pence penny"
                    + " rupee rupees yen franc francs peso pesos usd eur gbp chf inr jpy cad aud kr k bn mn million millions"
                    + " billion billions thousand thousands hundred dozen times x gb mb tb kb gib mib kbps mbps gbps hz khz mhz ghz"
                    + " kw kwh w v mah watt watts volt volts amp amps cup cups tbsp tsp tablespoon tablespoons teaspoon teaspoons"
                    + " slice slices piece pieces clove cloves tablet tablets pill pills capsule capsules dose doses page pages"
                    + " person people star stars point points mph kmh km/h rpm dpi px pixels bpm cal kcal calories acre acres hectare"
                    + " hectares unit units old € $ £ ¥ st nd rd th bedroom bedrooms bit");
    private static final Set<String> MONTHS =
            set("jan january feb february mar march apr april may jun june jul july aug august sep sept"
                    + " september oct october nov november dec december");
    private static final Set<String> COUNTED =
            set("no no. nr number section sec page chapter room version model order step article figure fig"
                    + " table level size gate platform flight line route part day week unit series type season episode volume"
                    + " clause paragraph question apt suite floor channel exit terminal point phase grade class rule act"
                    + " windows android ticket case invoice item lot bus tram world");
    private static final Set<String> CURRENCIES = set("$ € £ ¥ usd eur gbp chf inr jpy us$ rs rs. r$ kr");
    /** Between a number and a unit: "twice a day", "£15 per month". */
    private static final Set<String> PER = set("a an per each every in");

    private static final Pattern ONCE = Pattern.compile(
            "(?iU)\\bonce (?:a|an|per|every|each|in a) (?:second|minute|hour|day|night|week|fortnight|month|year|while)\\b");

    private static final String ENDS = ".,;:!?)\"'";

    private final String text;
    private final List<Span> numbers;

    /** @param guarded by start, as the scan has them */
    Quantities(String text, List<Span> guarded) {
        this.text = text;
        numbers = new ArrayList<>();
        for (Span span : guarded) {
            if (span.label().equals("number")) {
                numbers.add(span);
            }
        }
    }

    private static Set<String> set(String words) {
        return Set.of(words.split(" "));
    }

    /** "once a day", which has no number word. */
    static List<Span> once(String text) {
        return text.contains("nce ")
                ? ONCE.matcher(text)
                        .results()
                        .map(found -> new Span(found.start(), found.end(), "quantity"))
                        .toList()
                : List.of();
    }

    List<Span> spans() {
        List<Span> spans = new ArrayList<>();
        int i = 0;
        while (i < numbers.size()) {
            int start = numbers.get(i).start();
            int end = numbers.get(i).end();
            while (i + 1 < numbers.size() && isJoined(end, numbers.get(i + 1).start())) {
                end = numbers.get(++i).end();
            }
            int wide = before(start);
            int after = after(end);
            if (wide < numbers.get(i).start()
                    || after > end
                    || end > numbers.get(i).end()
                    || isWhole(start, end)) {
                spans.add(new Span(wide, after, "quantity"));
            }
            i++;
        }
        return spans;
    }

    /** "£90", "25%", "5kg" are quantities by themselves. */
    private boolean isWhole(int start, int end) {
        boolean digit = false;
        boolean sign = false;
        for (int at = start; at < end; at++) {
            char c = text.charAt(at);
            digit |= Character.isDigit(c);
            sign |= "$€£¥%°".indexOf(c) >= 0;
        }
        if (sign || !digit || !Character.isDigit(text.charAt(start))) {
            return sign && digit;
        }
        int at = start;
        while (at < end && !Character.isLetter(text.charAt(at))) {
            at++;
        }
        return at < end && UNITS.contains(stripped(text.substring(at, end)));
    }

    /** Whether but a space, or a mark that a tokeniser set free, stands between two numbers. */
    private boolean isJoined(int end, int next) {
        String between = text.substring(end, Math.min(next, end + 4));
        return next - end <= 3 && (between.equals(" ") ? !endsClause(end) : between.matches(" [.,:/x–-] "));
    }

    private boolean endsClause(int end) {
        return ENDS.indexOf(text.charAt(end - 1)) >= 0;
    }

    private int after(int number) {
        int end = number;
        boolean of = false;
        for (int steps = 0; steps < 3; steps++) {
            if (endsClause(end) && !text.substring(Math.max(0, end - 4), end).endsWith(".m.")) {
                return end;
            }
            int from = end;
            while (from < text.length() && from - end < 2 && isBlankOrHyphen(text.charAt(from))) {
                from++;
            }
            int to = tokenEnd(from);
            String token = text.substring(from, to).toLowerCase(Locale.ROOT);
            boolean unit = from > end
                    && (UNITS.contains(stripped(token))
                            || UNITS.contains(token)
                            || ((steps == 0 || of) && MONTHS.contains(stripped(token)))
                            || (token.equals("of") && isNext(MONTHS, to))
                            || (PER.contains(token) && isNext(UNITS, to)));
            if (!unit) {
                return end;
            }
            of = token.equals("of");
            end = token.endsWith(".m.") ? to : from + stripped(token).length();
            if (end < to) {
                return end;
            }
        }
        return end;
    }

    private boolean isNext(Set<String> words, int at) {
        int from = Math.min(text.length(), at + 1);
        return words.contains(stripped(text.substring(from, tokenEnd(from)).toLowerCase(Locale.ROOT)));
    }

    private int before(int number) {
        int end = number - 1;
        if (end <= 0 || !isBlank(text.charAt(end))) {
            return number;
        }
        int start = end;
        while (start > 0 && !Scanner.isSpace(text.charAt(start - 1)) && end - start < 24) {
            start--;
        }
        String token = text.substring(start, end);
        String lower = token.toLowerCase(Locale.ROOT);
        if (CURRENCIES.contains(lower) || MONTHS.contains(lower) || COUNTED.contains(lower)) {
            return start;
        }
        if (lower.equals("the") && start > 1) {
            int month = before(start);
            return month < start
                            && MONTHS.contains(text.substring(month, start - 1).toLowerCase(Locale.ROOT))
                    ? month
                    : number;
        }
        return end - start > 2 && isLetters(start, end) && !EnglishWords.contains(text, start, end) ? start : number;
    }

    private boolean isLetters(int start, int end) {
        for (int at = start; at < end; at++) {
            if (!Character.isLetter(text.charAt(at))) {
                return false;
            }
        }
        return true;
    }

    private int tokenEnd(int from) {
        int to = from;
        while (to < text.length() && !Scanner.isSpace(text.charAt(to)) && to - from < 16) {
            to++;
        }
        return to;
    }

    private static String stripped(String token) {
        int end = token.length();
        while (end > 0 && (ENDS.indexOf(token.charAt(end - 1)) >= 0 || token.charAt(end - 1) == '’')) {
            end--;
        }
        return token.substring(0, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\u00a0' || c == '\u202f';
    }

    private static boolean isBlankOrHyphen(char c) {
        return isBlank(c) || c == '-';
    }
}
