// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

/** A turn of a conversation: who speaks ({@code system}, {@code user}, {@code assistant}), and what. */
public record Message(String role, String content) {}
