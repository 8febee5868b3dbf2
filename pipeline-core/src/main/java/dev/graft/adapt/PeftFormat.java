// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.model.HeadKind;
import dev.graft.model.Modules;
import dev.graft.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** {@code adapter_config.json} and {@code adapter_model.safetensors}. PEFT ignores much that is wrong in silence; this does not. */
record PeftFormat() implements AdapterFormat {
    private static final String CONFIG = AdapterFolder.CONFIG;
    private static final String MODEL = AdapterFolder.MODEL;
    private static final String MINILM_HUB_NAME = "sentence-transformers/all-MiniLM-L6-v2";
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<String, HeadKind> TASKS = Map.of(
            "CAUSAL_LM", HeadKind.CAUSAL_LM,
            "SEQ_CLS", HeadKind.SEQUENCE,
            "TOKEN_CLS", HeadKind.TOKENS,
            "FEATURE_EXTRACTION", HeadKind.NONE,
            // PEFT has no name for it.
            "null", HeadKind.MASKED_LM);

    @Override
    public String library() {
        return "peft";
    }

    @Override
    public Weights stored(AdaptedModel model) {
        return new PeftNames(model).stored();
    }

    @Override
    public void write(Path folder, AdaptedModel model, Weights stored) throws IOException {
        RunDirectory.write(folder.resolve(CONFIG), config(model, new PeftNames(model)));
        AdapterFormat.write(folder.resolve(MODEL), stored);
    }

    @Override
    public Content read(Path folder) {
        for (String file : List.of(CONFIG, MODEL)) {
            if (!Files.isRegularFile(folder.resolve(file))) {
                throw new AdapterException(folder + " has no " + file + "; an adapter has " + CONFIG + " and " + MODEL);
            }
        }
        PeftKeys keys = new PeftKeys(
                AdapterFolder.json(folder.resolve(CONFIG)),
                folder.resolve(CONFIG).toString());
        HeadKind head = keys.choice("task_type", TASKS).orElse(HeadKind.NONE);
        boolean classes = head == HeadKind.SEQUENCE || head == HeadKind.TOKENS;
        List<String> saved = keys.saved();
        // A head of classes is trained without being asked for.
        Method method = PeftMethods.read(
                keys,
                saved.stream().filter(name -> !classes || !Modules.isHead(name)).toList());
        keys.requireUnderstood();
        Weights weights = Safetensors.read(folder.resolve(MODEL));
        requireRanks(method, weights, folder.resolve(MODEL));
        return new Content(method, head, saved, weights);
    }

    @Override
    public Weights named(AdaptedModel model, AdapterFolder adapter, String place) {
        return new PeftNames(model).read(adapter, place);
    }

    private static ObjectNode config(AdaptedModel model, PeftNames names) {
        if (model.method() instanceof PrefixTuning && model.head() == HeadKind.MASKED_LM) {
            throw new AdapterException(
                    model.method() + " with the head MASKED_LM: PEFT would load it and leave it out of each"
                            + " forward pass; allowed is a decoder's CAUSAL_LM");
        }
        ObjectNode json = JSON.createObjectNode();
        TASKS.forEach((task, head) -> {
            if (head == model.head()) {
                json.set("task_type", task.equals("null") ? json.nullNode() : json.textNode(task));
            }
        });
        json.put("inference_mode", true);
        String base = model.files().folder().toString();
        json.put("base_model_name_or_path", base.equals(BaseModel.MINILM) ? MINILM_HUB_NAME : base);
        json.putNull("revision");
        PeftMethods.write(model.method(), Widths.of(model.files().config()), names.targets(), names.inner(), json);
        List<String> saved = names.saved();
        if (!saved.isEmpty()) {
            PeftMethods.put(json, "modules_to_save", saved);
        }
        return json;
    }

    /** Before anything of that size is allocated. */
    private static void requireRanks(Method method, Weights weights, Path file) {
        for (Tensor tensor : weights.tensors()) {
            boolean first = tensor.name().endsWith(".lora_A.weight");
            boolean second = tensor.name().endsWith(".lora_B.weight");
            boolean virtual = tensor.name().equals(VirtualTokens.EMBEDDINGS);
            long given = tensor.shape().length == 2 ? tensor.shape()[second ? 1 : 0] : -1;
            if (method instanceof Lora lora && (first || second)) {
                String module = tensor.name().replaceFirst("\\.lora_[AB]\\.weight$", "");
                int rank = lora.rank(module);
                if (given != rank) {
                    throw new AdapterException(file + ": " + tensor.name() + " is " + Arrays.toString(tensor.shape())
                            + ", but r is " + rank + " in " + CONFIG + "; allowed is A [r, in] and B [out, r]");
                }
            }
            if (method instanceof PrefixTuning prefix
                            && virtual
                            && given != prefix.tokens().count()
                    || method instanceof PromptTuning prompt
                            && virtual
                            && given != prompt.tokens().count()) {
                throw new AdapterException(file + ": " + tensor.name() + " is " + Arrays.toString(tensor.shape())
                        + ", but num_virtual_tokens in " + CONFIG + " is another");
            }
        }
    }
}
