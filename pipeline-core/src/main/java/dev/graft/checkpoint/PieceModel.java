// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A decoder's {@code tokenizer.model}: byte pairs of SentencePiece (Kudo & Richardson 2018), as Llama 2, Mistral and Gemma have them,
 * told in the words of a GGUF file, which holds the same.
 */
final class PieceModel {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BPE = 2;
    private static final int NORMAL = 1;

    private final Path file;
    private final ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    private final ArrayNode tokens = metadata.putArray("tokenizer.ggml.tokens");
    private final ArrayNode scores = metadata.putArray("tokenizer.ggml.scores");
    private final ArrayNode types = metadata.putArray("tokenizer.ggml.token_type");
    private int kind = 1;
    private boolean bytes;
    private int first = 1;
    private String rule = "";
    private boolean spaceBefore = true;
    private boolean shortened = true;

    private PieceModel(Path file) {
        this.file = file;
    }

    /**
     * The content of a {@code tokenizer.json} that cuts texts in the same way.
     *
     * @param settings of {@code tokenizer_config.json}
     * @throws CheckpointException if the model is of another kind, or changes texts before it cuts them
     */
    static String json(Path file, JsonNode settings) throws IOException {
        PieceModel model = new PieceModel(file);
        try {
            model.each(CodedInputStream.newInstance(Files.readAllBytes(file)), model::part);
        } catch (InvalidProtocolBufferException e) {
            throw new CheckpointException(file + ": not a model of SentencePiece: " + e.getMessage(), e);
        }
        model.requireByteFallback();
        settings.path("added_tokens_decoder")
                .fields()
                .forEachRemaining(each -> model.add(each.getKey(), each.getValue()));
        if (settings.path("add_eos_token").asBoolean(false)) {
            throw new CheckpointException(file + ": add_eos_token is true; allowed with a decoder is false");
        }
        model.metadata
                .put("tokenizer.ggml.model", "llama")
                .put("tokenizer.ggml.bos_token_id", model.first)
                .put(
                        "tokenizer.ggml.add_bos_token",
                        settings.path("add_bos_token").asBoolean(true))
                .put("tokenizer.ggml.add_space_prefix", model.spaceBefore);
        ObjectNode json = (ObjectNode) JSON.readTree(GgufTokenizer.json(model.metadata, file));
        if (model.spaceBefore && settings.path("legacy").asBoolean(true)) {
            prepend(json);
        }
        return json.toString();
    }

    /** As the library does and transformers did at first: a space before each part of a text, one that begins with a space too. */
    private static void prepend(ObjectNode json) {
        ArrayNode steps = json.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
        steps.addObject().put("type", "Prepend").put("prepend", "\u2581");
        ObjectNode replace = steps.addObject().put("type", "Replace").put("content", "\u2581");
        replace.putObject("pattern").put("String", " ");
        json.putNull("pre_tokenizer");
    }

    private void requireByteFallback() {
        if (kind != BPE || !bytes || shortened || !rule.equals("identity")) {
            throw new CheckpointException(file + ": model_type is " + kind + ", byte_fallback " + bytes
                    + ", the normalisation \"" + rule + "\", remove_extra_whitespaces " + shortened
                    + "; allowed without a tokenizer.json are 2 (byte pairs), true, \"identity\" and false");
        }
    }

    /** A token that stands beside the model; what is in it already has its type. */
    private void add(String key, JsonNode token) {
        int id = Integer.parseInt(key);
        String content = token.path("content").asText();
        if (id > tokens.size() || id < tokens.size() && !tokens.get(id).asText().equals(content)) {
            throw new CheckpointException(file + ": added_tokens_decoder has \"" + content + "\" as " + id
                    + "; allowed is "
                    + (id < tokens.size() ? "\"" + tokens.get(id).asText() + "\"" : "the next id, " + tokens.size()));
        }
        if (id == tokens.size()) {
            tokens.add(content);
            scores.add(0);
            types.add(token.path("special").asBoolean(true) ? 3 : 4);
        }
    }

    @FunctionalInterface
    private interface Field {
        /** Reads a field, or answers that it is not known. */
        boolean read(int number, CodedInputStream in) throws IOException;
    }

    private void each(CodedInputStream in, Field field) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (!field.read(WireFormat.getTagFieldNumber(tag), in)) {
                in.skipField(tag);
            }
        }
    }

    private boolean part(int number, CodedInputStream in) throws IOException {
        switch (number) {
            case 1 -> piece(in.readBytes().newCodedInput());
            case 2 -> each(in.readBytes().newCodedInput(), this::training);
            case 3 -> each(in.readBytes().newCodedInput(), this::normalisation);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void piece(CodedInputStream in) throws IOException {
        tokens.add("");
        scores.add(0);
        types.add(NORMAL);
        int at = tokens.size() - 1;
        each(in, (number, part) -> {
            switch (number) {
                case 1 -> tokens.set(at, tokens.textNode(part.readString()));
                case 2 -> scores.set(at, scores.numberNode((double) part.readFloat()));
                case 3 -> types.set(at, types.numberNode(part.readEnum()));
                default -> {
                    return false;
                }
            }
            return true;
        });
    }

    private boolean training(int number, CodedInputStream in) throws IOException {
        switch (number) {
            case 3 -> kind = in.readEnum();
            case 35 -> bytes = in.readBool();
            case 41 -> first = in.readInt32();
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean normalisation(int number, CodedInputStream in) throws IOException {
        switch (number) {
            case 1 -> rule = in.readString();
            case 3 -> spaceBefore = in.readBool();
            case 4 -> shortened = in.readBool();
            default -> {
                return false;
            }
        }
        return true;
    }
}
