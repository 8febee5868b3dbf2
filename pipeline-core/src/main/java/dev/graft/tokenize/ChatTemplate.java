// SPDX-License-Identifier: Apache-2.0
package dev.graft.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.corpus.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a conversation becomes the text that a model reads: the Jinja template of a model's folder, as Hugging Face renders it
 * (blocks trimmed, {@code raise_exception}, marks of generation left out). May be shared by threads.
 */
public final class ChatTemplate {
    private static final Pattern GENERATION = Pattern.compile("\\{%(-?)\\s*(?:end)?generation\\s*(-?)%}");
    /** White space before a block that opens its line, and the line's end behind a block: trim_blocks and lstrip_blocks. */
    private static final Pattern LINE_OF_A_BLOCK = Pattern.compile("(?m)^[ \\t]+(?=\\{[%#](?!-))|(?<=[^-][%#]})\\n");

    private static final Pattern STRIPPED_BEFORE = Pattern.compile("\\s*(\\{[{%#])-");
    private static final Pattern STRIPPED_BEHIND = Pattern.compile("-([}%#]})\\s*");

    /** What a turn says is no template. */
    private final Jinjava jinja = new Jinjava(JinjavaConfig.newBuilder()
            .withNestedInterpretationEnabled(false)
            .withMaxOutputSize(1 << 26)
            .build());

    private final String template;
    private final String begin;
    private final String end;

    /**
     * @param template in Jinja
     * @param begin the text of the token that begins a text; empty where there is none
     * @param end the text of the token that ends one
     */
    public ChatTemplate(String template, String begin, String end) {
        this.template = stripped(template);
        this.begin = begin;
        this.end = end;
        jinja.getGlobalContext()
                .registerFunction(
                        new ELFunctionDefinition("", "raise_exception", ChatTemplate.class, "raise", String.class));
    }

    /**
     * That of a model's folder, if it has one.
     *
     * @param tokenizer of the folder
     */
    public static Optional<ChatTemplate> of(ModelFolder files, Tokenizer tokenizer) {
        return files.chatTemplate()
                .map(jinja -> new ChatTemplate(
                        jinja, special(files, "bos_token_id", tokenizer), special(files, "eos_token_id", tokenizer)));
    }

    /** The text of a special token that {@code config.json} names. */
    private static String special(ModelFolder files, String key, Tokenizer tokenizer) {
        JsonNode id = files.config().path(key);
        JsonNode first = id.isArray() ? id.path(0) : id;
        return first.isInt() ? tokenizer.special(first.asInt()) : "";
    }

    /** The template without the white space that Jinja takes away before it renders, which the library does not everywhere. */
    private static String stripped(String template) {
        String marked = GENERATION.matcher(template).replaceAll("{#$1 $2#}");
        String lines = LINE_OF_A_BLOCK.matcher(marked).replaceAll("");
        return STRIPPED_BEHIND
                .matcher(STRIPPED_BEFORE.matcher(lines).replaceAll("$1"))
                .replaceAll("$1");
    }

    /** What a template calls to refuse a conversation. */
    public static String raise(String message) {
        throw new CheckpointException("the chat template refuses the conversation: " + message);
    }

    /**
     * The conversation as a text, special tokens and all.
     *
     * @param answered whether the model's turn begins at its end
     * @throws CheckpointException where the template refuses it, or can't be rendered
     */
    public String render(List<Message> messages, boolean answered) {
        List<Map<String, Object>> turns = new ArrayList<>();
        for (Message message : messages) {
            Map<String, Object> turn = new LinkedHashMap<>();
            turn.put("role", message.role());
            turn.put("content", message.content());
            turns.add(turn);
        }
        Map<String, Object> context = new HashMap<>();
        context.put("messages", turns);
        context.put("add_generation_prompt", answered);
        context.put("bos_token", begin);
        context.put("eos_token", end);
        RenderResult rendered = jinja.renderForResult(template, context);
        if (!rendered.getErrors().isEmpty()) {
            throw new CheckpointException("the chat template can't be rendered: "
                    + rendered.getErrors().stream()
                            .map(ChatTemplate::reason)
                            .distinct()
                            .collect(Collectors.joining("; ")));
        }
        return rendered.getOutput();
    }

    private static String reason(TemplateError error) {
        for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
            if (cause instanceof CheckpointException refused) {
                return String.valueOf(refused.getMessage());
            }
        }
        return error.getMessage();
    }
}
