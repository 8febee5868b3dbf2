// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The tokenizer of a folder as the content of a {@code tokenizer.json}: that file, or what it would hold for BERT's
 * {@code vocab.txt} or GPT-2's {@code vocab.json} and {@code merges.txt}.
 */
final class FolderTokenizer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private FolderTokenizer() {}

    /**
     * @throws CheckpointException if none of them is there, or one is not what it should be
     */
    static String json(Path folder) throws IOException {
        try {
            if (Files.isRegularFile(folder.resolve("tokenizer.json"))) {
                return Files.readString(folder.resolve("tokenizer.json"));
            }
            JsonNode settings = settings(folder);
            if (Files.isRegularFile(folder.resolve("vocab.json"))
                    && Files.isRegularFile(folder.resolve("merges.txt"))) {
                return pairs(folder, settings);
            }
            if (Files.isRegularFile(folder.resolve("vocab.txt"))) {
                return pieces(folder, settings);
            }
            if (Files.isRegularFile(folder.resolve("tokenizer.model"))) {
                return PieceModel.json(folder.resolve("tokenizer.model"), settings);
            }
        } catch (MalformedInputException e) {
            throw new CheckpointException(folder + ": a tokenizer's file is not UTF-8", e);
        } catch (JsonProcessingException e) {
            throw new CheckpointException(folder + ": a tokenizer's file is not JSON: " + e.getOriginalMessage(), e);
        }
        throw new CheckpointException("model " + folder
                + " has no tokenizer; allowed are tokenizer.json, vocab.txt, vocab.json with merges.txt, or a"
                + " decoder's tokenizer.model");
    }

    private static JsonNode settings(Path folder) throws IOException {
        Path file = folder.resolve("tokenizer_config.json");
        return Files.isRegularFile(file) ? JSON.readTree(file.toFile()) : JSON.createObjectNode();
    }

    /** BERT's word pieces (Devlin et al. 2019, section 3). */
    private static String pieces(Path folder, JsonNode settings) throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("vocab.txt"));
        ObjectNode vocabulary = JSON.createObjectNode();
        for (int id = 0; id < lines.size(); id++) {
            vocabulary.put(lines.get(id), id);
        }
        boolean lower = settings.path("do_lower_case").asBoolean(true);
        ObjectNode json = JSON.createObjectNode().put("version", "1.0");
        ArrayNode added = json.putArray("added_tokens");
        for (String key : List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")) {
            if (!vocabulary.has(key)) {
                throw new CheckpointException(folder.resolve("vocab.txt") + " has no line " + key
                        + "; allowed are the word pieces of a BERT model");
            }
            special(added, key, vocabulary.get(key).asInt());
        }
        ObjectNode normalizer = json.putObject("normalizer").put("type", "BertNormalizer");
        normalizer
                .put("clean_text", true)
                .put(
                        "handle_chinese_chars",
                        settings.path("tokenize_chinese_chars").asBoolean(true));
        normalizer.put("lowercase", lower);
        if (settings.path("strip_accents").isBoolean()) {
            normalizer.put("strip_accents", settings.get("strip_accents").asBoolean());
        } else {
            normalizer.putNull("strip_accents");
        }
        json.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        ObjectNode post = json.putObject("post_processor").put("type", "BertProcessing");
        post.putArray("sep").add("[SEP]").add(vocabulary.get("[SEP]").asInt());
        post.putArray("cls").add("[CLS]").add(vocabulary.get("[CLS]").asInt());
        json.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
        ObjectNode model = json.putObject("model").put("type", "WordPiece").put("unk_token", "[UNK]");
        model.put("continuing_subword_prefix", "##").put("max_input_chars_per_word", 100);
        model.set("vocab", vocabulary);
        return json.toString();
    }

    /** GPT-2's byte pairs (Radford et al. 2019, section 2.2), and RoBERTa's, which has tokens around a text. */
    private static String pairs(Path folder, JsonNode settings) throws IOException {
        JsonNode vocabulary = JSON.readTree(folder.resolve("vocab.json").toFile());
        ObjectNode json = JSON.createObjectNode().put("version", "1.0");
        ArrayNode added = json.putArray("added_tokens");
        for (String token : List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>", "<|endoftext|>")) {
            if (vocabulary.has(token)) {
                special(added, token, vocabulary.get(token).asInt());
            }
        }
        boolean spaceBefore = settings.path("add_prefix_space").asBoolean(false);
        json.putNull("normalizer");
        byteLevel(json.putObject("pre_tokenizer"), spaceBefore);
        ObjectNode post = json.putObject("post_processor");
        if (vocabulary.has("<s>") && vocabulary.has("</s>")) {
            post.put("type", "RobertaProcessing").put("trim_offsets", true).put("add_prefix_space", spaceBefore);
            post.putArray("sep").add("</s>").add(vocabulary.get("</s>").asInt());
            post.putArray("cls").add("<s>").add(vocabulary.get("<s>").asInt());
        } else {
            byteLevel(post, spaceBefore);
        }
        byteLevel(json.putObject("decoder"), spaceBefore);
        ObjectNode model = json.putObject("model").put("type", "BPE");
        model.set("vocab", vocabulary);
        ArrayNode merges = model.putArray("merges");
        Files.readAllLines(folder.resolve("merges.txt")).stream()
                .filter(line -> !line.isEmpty() && !line.startsWith("#version"))
                .forEach(merges::add);
        return json.toString();
    }

    private static void special(ArrayNode added, String content, int id) {
        ObjectNode token = added.addObject().put("id", id).put("content", content);
        token.put("single_word", false).put("lstrip", content.equals("<mask>")).put("rstrip", false);
        token.put("normalized", false).put("special", true);
    }

    private static void byteLevel(ObjectNode to, boolean spaceBefore) {
        to.put("type", "ByteLevel")
                .put("add_prefix_space", spaceBefore)
                .put("trim_offsets", true)
                .put("use_regex", true);
    }
}
