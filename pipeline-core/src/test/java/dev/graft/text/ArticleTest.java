// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The letter is not the sound. */
class ArticleTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"error", "apple", "hour", "honest", "heir", "unimportant", "umbrella", "MP", "Oven", "usher"})
    void takesAn(String word) {
        assertThat(Article.isAn(word)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mistake", "house", "university", "user", "European", "one-way", "once", "ewe", "UN", "utility"})
    void takesA(String word) {
        assertThat(Article.isAn(word)).isFalse();
    }
}
