// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.candidate;

import dev.graft.augment.Augmented;
import dev.graft.augment.Edit;
import dev.graft.corpus.Document;
import dev.graft.corpus.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What operators and filters get to see of a document: all of it, or, of a conversation, each turn by itself whose role may be edited.
 * So no sentence reaches over turns, and no turn grows into the next one.
 *
 * @param roles of the turns that are edited; where there are none, a document is no conversation
 */
public record EditedTurns(Set<String> roles) {
    public EditedTurns {
        roles = Set.copyOf(roles);
    }

    /** A stretch that is edited by itself; {@code start} is where its text begins in the document. */
    record Passage(int start, Document document) {}

    boolean areTurns() {
        return !roles.isEmpty();
    }

    /** The passages of a document, by their start; a conversation may have none. */
    List<Passage> of(Document document) {
        if (!areTurns()) {
            return List.of(new Passage(0, document));
        }
        List<Passage> passages = new ArrayList<>();
        for (Span turn : document.spans()) {
            String text = document.text().substring(turn.start(), turn.end());
            if (roles.contains(turn.label()) && !text.isBlank()) {
                passages.add(new Passage(
                        turn.start(), new Document(document.id() + "/" + turn.start(), text, document.label())));
            }
        }
        return passages;
    }

    /** The texts of the passages. */
    public List<Document> documents(Document document) {
        return of(document).stream().map(Passage::document).toList();
    }

    /** The edits of a passage as those of its document. A turn of which no word would be left stays as it was. */
    List<Edit> placed(Passage passage, List<Edit> edits) {
        if (!areTurns()) {
            return edits;
        }
        String text = passage.document().text();
        if (edits.isEmpty() || Edit.apply(text, edits).isBlank()) {
            return List.of();
        }
        return within(text, edits).stream()
                .map(edit -> new Edit(passage.start() + edit.start(), passage.start() + edit.end(), edit.replacement()))
                .toList();
    }

    /** What is inserted at the border of a turn takes the character beside it along: it belongs to the turn, whose span grows by it. */
    private static List<Edit> within(String text, List<Edit> edits) {
        List<Edit> within = new ArrayList<>(edits);
        int length = text.length();
        int last = within.size() - 1;
        if (within.get(last).start() == length) {
            boolean touches = last > 0 && within.get(last - 1).end() == length;
            Edit before = touches ? within.remove(last - 1) : kept(text, text.offsetByCodePoints(length, -1), length);
            within.set(within.size() - 1, joined(before, within.get(within.size() - 1)));
        }
        if (within.get(0).end() == 0) {
            boolean touches = within.size() > 1 && within.get(1).start() == 0;
            Edit behind = touches ? within.remove(1) : kept(text, 0, text.offsetByCodePoints(0, 1));
            within.set(0, joined(within.get(0), behind));
        }
        return within;
    }

    private static Edit kept(String text, int start, int end) {
        return new Edit(start, end, text.substring(start, end));
    }

    private static Edit joined(Edit one, Edit next) {
        return new Edit(one.start(), next.end(), one.replacement() + next.replacement());
    }

    /** What a filter judges of a copy: each of its passages that was edited, as a copy of its own. */
    List<Augmented> judged(Augmented copy) {
        if (!areTurns()) {
            return List.of(copy);
        }
        List<Augmented> parts = new ArrayList<>();
        for (Passage passage : of(copy.source())) {
            int start = passage.start();
            int end = start + passage.document().text().length();
            List<Edit> edits = copy.edits().stream()
                    .filter(edit -> edit.start() >= start && edit.end() <= end)
                    .map(edit -> new Edit(edit.start() - start, edit.end() - start, edit.replacement()))
                    .toList();
            if (!edits.isEmpty()) {
                parts.add(Augmented.of(passage.document(), copy.operator(), copy.copy(), copy.seed(), edits));
            }
        }
        return parts;
    }
}
