// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.search;

import dev.graft.report.ReportTable;
import dev.graft.stats.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The policies, the best first: those that were tried with most seeds stand before the others.
 *
 * @param entries one a policy that was tried
 * @param seeds of those that were tried with most
 */
record Leaderboard(List<Entry> entries, int seeds) {
    /**
     * @param seeds that it was tried with
     * @param copies kept, mean
     * @param accuracy on the validation part, mean over the seeds
     * @param gain over no copies, with its 95 % interval for all policies of the last round at once (Bonferroni); null of no
     *     copies
     */
    record Entry(
            Policy policy,
            int seeds,
            double copies,
            double accuracy,
            @Nullable Interval gain) {}

    /** @param trials by the fingerprint of their policy */
    static Leaderboard of(List<Policy> policies, Map<String, List<Trial>> trials) {
        List<Policy> tried = policies.stream()
                .filter(policy -> trials.containsKey(policy.fingerprint()))
                .toList();
        int most = tried.stream()
                .filter(Policy::makesCopies)
                .mapToInt(policy -> of(trials, policy).size())
                .max()
                .orElse(1);
        int last = (int) tried.stream()
                .filter(policy -> policy.makesCopies() && of(trials, policy).size() == most)
                .count();
        List<Entry> entries = new ArrayList<>();
        List<Trial> none = of(trials, Policy.NO_COPIES);
        for (Policy policy : tried) {
            entries.add(entry(policy, of(trials, policy), none, Math.max(1, last)));
        }
        entries.sort(Comparator.<Entry>comparingInt(entry -> entry.policy.makesCopies() ? -entry.seeds : -most)
                .thenComparing(Comparator.comparingDouble(Entry::accuracy).reversed())
                .thenComparing(entry -> entry.policy.name()));
        return new Leaderboard(List.copyOf(entries), most);
    }

    private static List<Trial> of(Map<String, List<Trial>> trials, Policy policy) {
        return Objects.requireNonNull(trials.get(policy.fingerprint()));
    }

    private static Entry entry(Policy policy, List<Trial> trials, List<Trial> none, int comparisons) {
        double accuracy = trials.stream().mapToDouble(Trial::accuracy).average().orElseThrow();
        double copies = trials.stream().mapToInt(Trial::copies).average().orElseThrow();
        if (!policy.makesCopies()) {
            return new Entry(policy, trials.size(), copies, accuracy, null);
        }
        // Row by row, so that what the interval covers is the choice of the validation rows, too.
        double[] gains = new double[none.get(0).right().length()];
        for (int seed = 0; seed < trials.size(); seed++) {
            // Where nothing is drawn without copies, one trial stands for all seeds.
            String without = none.get(Math.min(seed, none.size() - 1)).right();
            for (int row = 0; row < gains.length; row++) {
                gains[row] += (trials.get(seed).right().charAt(row) - without.charAt(row)) / (double) trials.size();
            }
        }
        return new Entry(policy, trials.size(), copies, accuracy, Interval.simultaneous(comparisons, gains));
    }

    /** The best policy, if it beats no copies by an interval. */
    Optional<Policy> winner() {
        return entries.stream()
                .filter(entry -> entry.seeds == seeds && entry.gain != null && entry.gain.low() > 0)
                .findFirst()
                .map(Entry::policy);
    }

    /** What the intervals allow to say. */
    String conclusion() {
        Optional<Entry> best =
                entries.stream().filter(entry -> entry.gain != null).findFirst();
        if (best.isEmpty()) {
            return "No policy with copies was tried: there is nothing to choose.";
        }
        String gain = String.format(
                Locale.ROOT,
                "%s changes accuracy on the validation part by %s points (95 %% interval over its rows, for all policies of"
                        + " the last round at once; %d seeds)",
                best.get().policy.name(),
                shown(best.get().gain),
                best.get().seeds);
        return winner().isPresent()
                ? gain + ": it is chosen."
                : "Nothing beats \"no copies\" by an interval, which is chosen. The best, " + gain + ".";
    }

    String table() {
        StringBuilder table = new StringBuilder(
                String.format("%5s %6s %8s %9s %22s  %s%n", "place", "seeds", "copies", "accuracy", "gain", "policy"));
        int place = 1;
        for (Entry entry : entries) {
            table.append(String.format(
                    Locale.ROOT,
                    "%5d %6d %8.0f %9.1f %22s  %s%n",
                    place++,
                    entry.seeds,
                    entry.copies,
                    100 * entry.accuracy,
                    shown(entry.gain),
                    entry.policy.name()));
        }
        return table.append(String.format("%n%s%n", conclusion())).toString();
    }

    /** For a page. */
    ReportTable shown(String title) {
        List<List<String>> rows = new ArrayList<>();
        for (Entry entry : entries) {
            rows.add(List.of(
                    entry.policy.name(),
                    Integer.toString(entry.seeds),
                    String.format(Locale.ROOT, "%.0f", entry.copies),
                    String.format(Locale.ROOT, "%.1f", 100 * entry.accuracy),
                    shown(entry.gain)));
        }
        return new ReportTable(
                title,
                "On the validation part; the gain over no copies with an interval that holds for all of the last round at once.",
                List.of("Policy", "Draws", "Copies", "Accuracy", "Gain"),
                rows);
    }

    private static String shown(@Nullable Interval gain) {
        return gain == null
                ? "-"
                : String.format(
                        Locale.ROOT, "%+.1f (%+.1f to %+.1f)", 100 * gain.mean(), 100 * gain.low(), 100 * gain.high());
    }
}
