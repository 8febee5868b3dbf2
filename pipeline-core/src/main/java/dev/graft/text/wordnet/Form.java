// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

/** A form of an English word. */
enum Form {
    BASE,
    PLURAL,
    THIRD_PERSON,
    PRESENT_PARTICIPLE,
    PAST,
    PAST_PARTICIPLE,
    COMPARATIVE,
    SUPERLATIVE
}
