// SPDX-License-Identifier: Apache-2.0
/** Where a training is watched from: TensorBoard's files, MLflow's server, a terminal. */
@NullMarked
package dev.graft.train.tracking;

import org.jspecify.annotations.NullMarked;
