// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.schema;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The columns that the tables of a run have beside the user's own. */
public final class AugmentedSchema {
    public static final String AUGMENTATION = "augmentation";

    /** The contract of the two jobs: the struct that a copy carries, null in an original. */
    public static final StructType STRUCT = new StructType()
            .add("source_id", DataTypes.StringType)
            .add("operator", DataTypes.StringType)
            .add("copy", DataTypes.IntegerType)
            .add("seed", DataTypes.LongType)
            .add(
                    "edits",
                    DataTypes.createArrayType(new StructType()
                            .add("start", DataTypes.IntegerType)
                            .add("end", DataTypes.IntegerType)
                            .add("replacement", DataTypes.StringType)))
            .add("intensity", DataTypes.DoubleType)
            .add("scores", DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType));

    /** What became of a copy that is not in the augmented rows, and why. */
    public static final String FATE = "fate";

    public static final String REASON = "reason";

    /** Stands for the reason of a copy that was not dropped: folders of a table have names. */
    public static final String NO_REASON = "none";

    private AugmentedSchema() {}
}
