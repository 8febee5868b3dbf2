// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.ndarray.NDManager;

/**
 * Where a method is built into a model.
 *
 * @param parameters where it puts what it trains
 * @param adapter asked in each forward pass whether the method counts
 * @param manager owns its constants
 */
record Site(Parameters parameters, Switch adapter, NDManager manager) {}
