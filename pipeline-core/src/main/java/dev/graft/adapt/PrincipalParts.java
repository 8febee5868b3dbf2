// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.nn.engine.GradMode;
import dev.graft.random.Seeds;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;

/**
 * The largest singular values of a matrix and their vectors, by subspace iteration (Halko et al. 2011, algorithm 4.4).
 *
 * @param left [rows, count]
 * @param values descending
 * @param right [count, columns]
 */
record PrincipalParts(RealMatrix left, double[] values, RealMatrix right) {
    private static final int MORE = 8;
    private static final int MOST_ROUNDS = 100;
    /** The norm of what the subspace holds grows by less. */
    private static final double CONVERGED = 1e-9;
    /** What is left of a column that the ones before it hold, by its length. */
    private static final double LOST = 1e-10;

    /**
     * @param matrix [rows, columns]
     * @param count from 1 to the smaller of rows and columns
     */
    static PrincipalParts of(NDArray matrix, int count) {
        int rows = (int) matrix.getShape().get(0);
        int columns = (int) matrix.getShape().get(1);
        int least = Math.min(rows, columns);
        if (count > least) {
            throw new AdapterException("a start of rank " + count + " from a matrix of " + rows + " x " + columns
                    + "; allowed is up to " + least);
        }
        int width = Math.min(least, count + MORE);
        RandomGenerator random = Seeds.random(1);
        double[][] noise = new double[columns][width];
        for (double[] row : noise) {
            for (int i = 0; i < width; i++) {
                row[i] = random.nextGaussian();
            }
        }
        RealMatrix basis = orthonormal(product(matrix, new Array2DRowRealMatrix(noise, false), false));
        RealMatrix narrow = product(matrix, basis, true).transpose(); // [width, columns]
        double before = 0;
        for (int round = 0; round < MOST_ROUNDS && narrow.getFrobeniusNorm() > before * (1 + CONVERGED); round++) {
            before = narrow.getFrobeniusNorm();
            basis = orthonormal(product(matrix, orthonormal(narrow.transpose()), false)); // [rows, width]
            narrow = product(matrix, basis, true).transpose();
        }
        EigenDecomposition eigen = new EigenDecomposition(narrow.multiply(narrow.transpose()));
        RealMatrix turn = eigen.getV().getSubMatrix(0, width - 1, 0, count - 1);
        double[] values = new double[count];
        RealMatrix right = turn.transpose().multiply(narrow);
        for (int i = 0; i < count; i++) {
            values[i] = Math.sqrt(Math.max(0, eigen.getRealEigenvalue(i)));
            right.setRowVector(i, right.getRowVector(i).mapMultiply(values[i] > 0 ? 1 / values[i] : 0));
        }
        return new PrincipalParts(basis.multiply(turn), values, right);
    }

    /**
     * By Gram and Schmidt, each column twice, which is enough (Giraud et al. 2005): the library's Q is square, and of a thin
     * matrix most of it is thrown away.
     */
    private static RealMatrix orthonormal(RealMatrix matrix) {
        RealVector[] columns = new RealVector[matrix.getColumnDimension()];
        for (int i = 0; i < columns.length; i++) {
            RealVector own = matrix.getColumnVector(i);
            double length = own.getNorm();
            RealVector rest = apart(apart(own, columns, i), columns, i);
            // Of what the others hold already nothing is left: any other direction will do.
            for (int axis = i; rest.getNorm() <= length * LOST; axis++) {
                RealVector other = new ArrayRealVector(own.getDimension());
                other.setEntry(axis % own.getDimension(), 1);
                rest = apart(apart(other, columns, i), columns, i);
                length = 1;
            }
            columns[i] = rest.mapDivide(rest.getNorm());
        }
        RealMatrix basis = new Array2DRowRealMatrix(matrix.getRowDimension(), columns.length);
        for (int i = 0; i < columns.length; i++) {
            basis.setColumnVector(i, columns[i]);
        }
        return basis;
    }

    private static RealVector apart(RealVector vector, RealVector[] from, int count) {
        RealVector rest = vector;
        for (int i = 0; i < count; i++) {
            rest = rest.combine(1, -rest.dotProduct(from[i]), from[i]);
        }
        return rest;
    }

    /** The large product is the engine's. */
    private static RealMatrix product(NDArray matrix, RealMatrix thin, boolean transposed) {
        try (GradMode off = GradMode.off();
                NDManager scope = matrix.getManager().newSubManager()) {
            int rows = thin.getRowDimension();
            int columns = thin.getColumnDimension();
            NDArray right = scope.create(flat(thin), new Shape(rows, columns));
            NDArray left = transposed ? Mergeable.within(scope, matrix.transpose()) : matrix;
            NDArray product = left.matMul(right);
            product.attach(scope);
            float[] values = product.toFloatArray();
            double[][] out = new double[values.length / columns][columns];
            for (int i = 0; i < values.length; i++) {
                out[i / columns][i % columns] = values[i];
            }
            return new Array2DRowRealMatrix(out, false);
        }
    }

    private static float[] flat(RealMatrix matrix) {
        int columns = matrix.getColumnDimension();
        float[] flat = new float[matrix.getRowDimension() * columns];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = (float) matrix.getEntry(i / columns, i % columns);
        }
        return flat;
    }

    /** Meng et al. 2024, equations 2 and 3: {@code scale B A} is the sum of the parts. */
    void pissa(double scale, NDArray a, NDArray b) {
        double[] roots = new double[values.length];
        for (int i = 0; i < roots.length; i++) {
            roots[i] = Math.sqrt(values[i] / scale);
        }
        put(left, roots, false, b);
        put(right, roots, true, a);
    }

    /**
     * Of a gradient (Wang et al. 2024, algorithm 1): B is along the first vectors, A along those after them.
     */
    void gradient(NDArray a, NDArray b) {
        int rank = values.length / 2;
        double[] lengths = new double[rank];
        java.util.Arrays.fill(lengths, Math.pow(left.getRowDimension(), 0.25) / Math.sqrt(GAMMA));
        put(left.getSubMatrix(0, left.getRowDimension() - 1, 0, rank - 1), lengths, false, b);
        put(right.getSubMatrix(rank, 2 * rank - 1, 0, right.getColumnDimension() - 1), lengths, true, a);
    }

    private static final double GAMMA = 16;

    private static void put(RealMatrix vectors, double[] lengths, boolean rows, NDArray to) {
        RealMatrix scaled = vectors.copy();
        scaled.walkInOptimizedOrder(new org.apache.commons.math3.linear.DefaultRealMatrixChangingVisitor() {
            @Override
            public double visit(int row, int column, double value) {
                return value * lengths[rows ? row : column];
            }
        });
        try (GradMode off = GradMode.off();
                NDArray given = to.getManager().create(flat(scaled), to.getShape())) {
            given.copyTo(to);
        }
    }
}
