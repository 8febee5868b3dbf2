// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Makes one slip of the fingers in a word of four letters or more, as on a QWERTY keyboard: a key beside the right one,
 * two letters in the wrong order, a letter left out or typed twice. The first letter stays, as it mostly does.
 *
 * @param alpha probability that a word gets a typo, from 0 to 1
 */
public record KeyboardTypos(double alpha) implements Augmenter {
    private static final int MIN_LETTERS = 4;
    private static final Map<Character, String> NEIGHBOURS = Map.ofEntries(
            Map.entry('q', "wa"),
            Map.entry('w', "qeas"),
            Map.entry('e', "wrsd"),
            Map.entry('r', "etdf"),
            Map.entry('t', "ryfg"),
            Map.entry('y', "tugh"),
            Map.entry('u', "yihj"),
            Map.entry('i', "uojk"),
            Map.entry('o', "ipkl"),
            Map.entry('p', "ol"),
            Map.entry('a', "qwsz"),
            Map.entry('s', "awedxz"),
            Map.entry('d', "serfcx"),
            Map.entry('f', "drtgvc"),
            Map.entry('g', "ftyhbv"),
            Map.entry('h', "gyujnb"),
            Map.entry('j', "huikmn"),
            Map.entry('k', "jiolm"),
            Map.entry('l', "kop"),
            Map.entry('z', "asx"),
            Map.entry('x', "zsdc"),
            Map.entry('c', "xdfv"),
            Map.entry('v', "cfgb"),
            Map.entry('b', "vghn"),
            Map.entry('n', "bhjm"),
            Map.entry('m', "njk"));

    private enum Slip {
        NEIGHBOUR,
        TRANSPOSITION,
        OMISSION,
        REPETITION
    }

    public KeyboardTypos {
        Draw.share("keyboard-typos", "alpha", alpha);
    }

    @Override
    public String name() {
        return "keyboard-typos";
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        List<Edit> edits = new ArrayList<>();
        for (Token word : text.words()) {
            if (random.nextDouble() < alpha && canSlip(text.textOf(word))) {
                edits.add(slip(text.text(), word, random));
            }
        }
        return edits;
    }

    private static boolean canSlip(String word) {
        return word.length() >= MIN_LETTERS
                && word.chars().allMatch(c -> NEIGHBOURS.containsKey((char) Character.toLowerCase(c)));
    }

    private static Edit slip(String text, Token word, RandomGenerator random) {
        int at = word.start() + 1 + random.nextInt(word.end() - word.start() - 2);
        char letter = text.charAt(at);
        return switch (Draw.one(List.of(Slip.values()), random)) {
            case NEIGHBOUR -> new Edit(at, at + 1, neighbour(letter, random));
            case TRANSPOSITION -> new Edit(at, at + 2, "" + text.charAt(at + 1) + letter);
            case OMISSION -> new Edit(at, at + 1, "");
            case REPETITION -> new Edit(at, at + 1, "" + letter + letter);
        };
    }

    private static String neighbour(char letter, RandomGenerator random) {
        String near = NEIGHBOURS.getOrDefault(Character.toLowerCase(letter), "");
        char struck = near.charAt(random.nextInt(near.length()));
        return String.valueOf(Character.isUpperCase(letter) ? Character.toUpperCase(struck) : struck);
    }
}
