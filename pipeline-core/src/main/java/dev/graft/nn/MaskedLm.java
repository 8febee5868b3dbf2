// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.CheckpointException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A masked language model of the BERT family (Devlin et al. 2019, section 3.1): what may stand in the place of a mask. Read
 * from a Hugging Face folder of a BertForMaskedLM. May be shared by threads.
 */
public final class MaskedLm implements AutoCloseable {
    /** What stands in a text for the word that is asked for. */
    public static final String MASK = "[MASK]";

    private static final int BATCH = 32;
    private static final String HEAD = "cls.predictions.";

    private final NDManager manager;
    private final Tokenizer tokenizer;
    private final Encoder encoder;
    private final Linear transform;
    private final Norm norm;
    private final NDArray decoder;
    private final NDArray bias;
    private final String[] pieces;
    private final long mask;
    private final int maxTokens;

    /** A word that may stand in the place of the mask, with its probability among all pieces of the vocabulary. */
    public record Candidate(String word, double probability) {}

    /**
     * @throws CheckpointException if the folder has no head for masked language modelling, or no word pieces
     */
    public MaskedLm(BaseModel model) {
        pieces = pieces(model);
        mask = IntStream.range(0, pieces.length)
                .filter(id -> MASK.equals(pieces[id]))
                .findFirst()
                .orElseThrow(() -> new CheckpointException(model.name() + ": tokenizer.json has no " + MASK));
        maxTokens = model.config().maxPositionEmbeddings();
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        try {
            encoder = new Encoder(model, manager, (name, dense) -> dense);
            Encoder.Parameters parameters = new Encoder.Parameters(model, manager, (name, dense) -> dense);
            transform = parameters.linear(HEAD + "transform.dense");
            norm = parameters.norm(HEAD + "transform.LayerNorm");
            bias = parameters.array(HEAD + "bias");
            // Tied to the word embeddings unless the folder has one of its own.
            String own = HEAD + "decoder.weight";
            decoder =
                    parameters.array(model.weights().names().contains(own) ? own : "embeddings.word_embeddings.weight");
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
        tokenizer = new Tokenizer(model.tokenizer(), maxTokens);
        JniUtils.setNumThreads(1);
    }

    private static String[] pieces(BaseModel model) {
        try {
            JsonNode vocabulary =
                    new ObjectMapper().readTree(model.tokenizer()).path("model").path("vocab");
            String[] pieces = new String[model.config().vocabSize()];
            Arrays.fill(pieces, "");
            vocabulary.properties().forEach(entry -> {
                if (entry.getValue().asInt() < pieces.length) {
                    pieces[entry.getValue().asInt()] = entry.getKey();
                }
            });
            return pieces;
        } catch (JsonProcessingException e) {
            throw new CheckpointException(model.name() + ": tokenizer.json is no JSON: " + e.getMessage());
        }
    }

    /** Chars on either side of a mask that surely fit: a char is a token at most. */
    public int context() {
        return (maxTokens - 3) / 2;
    }

    /**
     * The likeliest whole words for each text, likeliest first; they are made of letters alone.
     *
     * @param texts each with one {@link #MASK}
     * @param k words at most for each
     */
    public List<List<Candidate>> candidates(List<String> texts, int k) {
        List<List<Candidate>> all = new ArrayList<>();
        for (int from = 0; from < texts.size(); from += BATCH) {
            for (float[] logits : logits(texts.subList(from, Math.min(texts.size(), from + BATCH)))) {
                all.add(best(logits, k));
            }
        }
        return all;
    }

    /** Logits [text][piece] at the masks. */
    float[][] logits(List<String> texts) {
        try (NDManager scope = manager.newSubManager()) {
            List<long[]> ids = texts.stream().map(tokenizer::ids).toList();
            Tokenizer.Batch batch = Tokenizer.pad(ids, scope);
            int width = (int) batch.ids().getShape().get(1);
            float[] places = new float[texts.size() * width];
            for (int row = 0; row < texts.size(); row++) {
                places[row * width + place(ids.get(row), texts.get(row))] = 1;
            }
            NDArray states = encoder.forward(batch.ids(), batch.mask(), Pass.EVALUATION); // (B, T, H)
            NDArray place = scope.create(places, new Shape(texts.size(), 1, width)); // (B, 1, T)
            NDArray at = place.matMul(states).squeeze(1); // (B, H)
            NDArray hidden = norm.forward(Activation.gelu(transform.forward(at, Pass.EVALUATION))); // (B, H)
            NDArray logits = hidden.matMul(decoder.transpose()).add(bias).toType(DataType.FLOAT32, false); // (B, V)
            float[] flat = logits.toFloatArray();
            float[][] rows = new float[texts.size()][];
            for (int row = 0; row < rows.length; row++) {
                rows[row] = Arrays.copyOfRange(flat, row * pieces.length, (row + 1) * pieces.length);
            }
            return rows;
        }
    }

    private int place(long[] ids, String text) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == mask) {
                return i;
            }
        }
        throw new IllegalArgumentException("\"" + text + "\" has no " + MASK + " within " + maxTokens + " tokens");
    }

    private List<Candidate> best(float[] logits, int k) {
        double most = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            most = Math.max(most, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - most);
        }
        double top = most;
        double all = sum;
        return IntStream.range(0, logits.length)
                .filter(id -> !pieces[id].isEmpty() && pieces[id].codePoints().allMatch(Character::isLetter))
                .boxed()
                .sorted((a, b) -> Float.compare(logits[b], logits[a]))
                .limit(k)
                .map(id -> new Candidate(pieces[id], Math.exp(logits[id] - top) / all))
                .toList();
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }
}
