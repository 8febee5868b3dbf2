// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/** The part of a matrix that PiSSA moves from the base model into the adapter (Meng et al. 2024, section 3). */
final class PrincipalPart {
    private PrincipalPart() {}

    /**
     * The nearest matrix of a rank: the sum of the {@code rank} largest singular values' parts.
     *
     * @param values of a matrix [rows, columns], row by row
     * @param rank from 1 to the smaller of rows and columns
     */
    static float[] of(float[] values, int rows, int columns, int rank) {
        double[][] matrix = new double[rows][columns];
        for (int i = 0; i < values.length; i++) {
            matrix[i / columns][i % columns] = values[i];
        }
        RealMatrix w = new Array2DRowRealMatrix(matrix, false);
        boolean tall = rows >= columns;
        // The singular vectors of the narrower side are the eigenvectors of its products, here of the largest values.
        RealMatrix products = tall ? w.transpose().multiply(w) : w.multiply(w.transpose());
        RealMatrix vectors =
                new EigenDecomposition(products).getV().getSubMatrix(0, products.getRowDimension() - 1, 0, rank - 1);
        RealMatrix part = tall
                ? w.multiply(vectors).multiply(vectors.transpose())
                : vectors.multiply(vectors.transpose().multiply(w));
        float[] out = new float[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) part.getEntry(i / columns, i % columns);
        }
        return out;
    }
}
