// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.search;

/**
 * What came of a policy with one draw of its copies.
 *
 * @param policy its fingerprint
 * @param seed number of the draw, from 0
 * @param copies that were kept
 * @param penalty of the probe
 * @param right for each validation row, in the order of their ids, 1 if it was told right and 0 if not
 */
record Trial(String policy, int seed, int copies, double penalty, String right) {
    double accuracy() {
        return right.chars().filter(each -> each == '1').count() / (double) right.length();
    }
}
