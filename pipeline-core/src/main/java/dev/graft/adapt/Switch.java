// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

/** Whether an adapter counts. All parts of one adapter share one. */
final class Switch {
    private boolean on = true;

    boolean isOn() {
        return on;
    }

    /** As if there were no adapter, until closed. */
    Parameters.Scope off() {
        boolean before = on;
        on = false;
        return () -> on = before;
    }
}
