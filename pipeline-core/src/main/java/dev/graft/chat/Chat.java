// SPDX-License-Identifier: Apache-2.0
package dev.graft.chat;

import java.util.List;

/** A language model that follows instructions. May be shared by threads. */
public interface Chat {
    /**
     * What is asked.
     *
     * @param prompt the user's turn
     * @param seed of the sampling: the same question has the same answer
     */
    record Question(String prompt, long seed) {}

    /** What comes of a question. */
    sealed interface Answer {
        /**
         * @param text as the model wrote it
         * @param whole whether it came to its end before the limit of tokens
         */
        record Said(String text, boolean whole) implements Answer {}

        /** @param reason why there is none, without a secret */
        record None(String reason) implements Answer {}
    }

    /** One answer a question, in order. */
    List<Answer> answers(List<Question> questions);
}
