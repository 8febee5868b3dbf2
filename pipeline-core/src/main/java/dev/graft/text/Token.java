// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

/**
 * @param start first char of the token in the text, inclusive
 * @param end last char, exclusive
 * @param tag Universal Dependencies part of speech (NOUN, VERB, ...); empty where the text was not tagged
 */
public record Token(int start, int end, String tag) {}
