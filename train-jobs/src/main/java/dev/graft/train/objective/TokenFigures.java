// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.objective;

/** What a model predicts of held-out rows, added up token by token. */
final class TokenFigures {
    private double sum;
    private long right;
    private long targets;

    void add(TokenLoss loss, TokenLoss.Predicted predicted) {
        sum += predicted.sum();
        targets += loss.expected().length;
        for (int i = 0; i < loss.expected().length; i++) {
            right += predicted.likeliest()[i] == loss.expected()[i] ? 1 : 0;
        }
    }

    /** Mean negative log-likelihood, in nats; 0 where nothing was predicted. */
    double loss() {
        return sum / Math.max(1, targets);
    }

    /** Share of the tokens, from 0 to 1, of which the expected one was the likeliest. */
    double accuracy() {
        return (double) right / Math.max(1, targets);
    }
}
