// SPDX-License-Identifier: Apache-2.0
/** Files on any file system: read, written whole or not at all, locked, hashed. */
@NullMarked
package dev.graft.storage;

import org.jspecify.annotations.NullMarked;
