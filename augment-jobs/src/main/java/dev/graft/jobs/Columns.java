// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs;

import static org.apache.spark.sql.functions.col;

import org.apache.spark.sql.Column;

/** Columns by the names that users give them. */
public final class Columns {
    private Columns() {}

    /** The column of this very name, whatever stands in it: a dot is no path. */
    public static Column named(String name) {
        return col("`" + name.replace("`", "``") + "`");
    }
}
