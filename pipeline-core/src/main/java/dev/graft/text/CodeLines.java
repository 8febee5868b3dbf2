// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import java.util.regex.Pattern;

/** Lines of a program that stand in a text without a fence, by their look. */
final class CodeLines {
    /** What opens a definition or a block, with the mark that it ends in. */
    private static final String DEFINITION = "(?:(?:async )?def \\w++\\(.*|class \\w++(?:\\(.*\\))?(?::| ?\\{)"
            + "|(?:async )?function\\b ?\\w*+\\(.*|func \\w++\\(.*|fn \\w++\\(.*"
            + "|(?:public|private|protected|static|abstract|final) .*[({;]"
            + "|(?:if|for|while|switch|catch|elif|with|} ?else)\\b.*\\{"
            + "|(?:if|for|while|elif|with) .*(?:[=!<>]=| [<>] | in \\w|\\w\\((?!s\\))).*:)";
    /** "return sum(x)", "import a.b", and a name that something is put into. */
    private static final String STATEMENT =
            "(?:(?:return|throw|yield|await|raise) (?:(?:new )?[\\w.]++(?:\\(| ?[-+*/%<>=&|?]++ ).*|.*;)"
                    + "|import (?:static )?\\w++(?:\\.[\\w*]++)++;?|from [\\w.]++ import .*|#include .*|using namespace .*"
                    + "|(?:let |const |var |val |my )?[\\w.$\\[\\]\"']++(?: ?[-+*/|]?= ?| := | <- )\\S.*"
                    + "|[\\w.$]++\\(.*\\);?)";
    /** Keywords in capitals, as is the custom. */
    private static final String QUERY = "(?:SELECT .*\\bFROM\\b.*|INSERT INTO .*|UPDATE \\w++ SET .*|DELETE FROM .*"
            + "|(?:CREATE|ALTER|DROP) (?:TABLE|INDEX|VIEW) .*|(?:INNER |LEFT |RIGHT )?JOIN \\w++ .*\\bON\\b.*"
            + "|(?:FROM|WHERE|GROUP BY|ORDER BY) [a-z].*)";

    private static final Pattern CODE =
            Pattern.compile("(?:" + DEFINITION + "|" + STATEMENT + "|" + QUERY + ")(?: *(?://|#|--).*)?");

    private CodeLines() {}

    /** Whether a text has any of the marks that programs are full of, so that its lines are worth a look. */
    static boolean mayBeIn(String text) {
        for (int at = 0; at < text.length(); at++) {
            switch (text.charAt(at)) {
                case '=', '{', ';', '(' -> {
                    return true;
                }
                default -> {}
            }
        }
        return text.contains("FROM ");
    }

    /** @param line without white space around it */
    static boolean isCode(String line) {
        return CODE.matcher(line).matches();
    }
}
