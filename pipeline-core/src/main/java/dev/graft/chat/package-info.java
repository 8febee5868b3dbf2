// SPDX-License-Identifier: Apache-2.0
/** Language models that follow instructions, asked one question at a time or many: of this machine, or behind a server's interface. */
@NullMarked
package dev.graft.chat;

import org.jspecify.annotations.NullMarked;
