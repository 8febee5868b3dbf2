// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

/**
 * A word that may take the place of another.
 *
 * @param word in lower case and in the other's form
 * @param fit above 0 and at most 1: how surely either of them, met anywhere, means what they share
 */
public record Synonym(String word, double fit) {}
