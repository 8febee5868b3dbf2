// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real pair of models made of sentences, and other things of the same kinds. */
class RoundTripTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EMPTY|Send it back.|",
                "LENGTH|You can now do it all by yourselves and for yourselves.|You can do it.",
                "LENGTH|It broke.|It broke and then it was thrown out of the window.",
                "LOSS|Please remove the gift wrap and the card.|Please remove the gift.",
                "FRAGMENT|The app is slow, light is on|The app is slow, the light is the",
                "LOOP|It can't be undone.|It can't be undedededeable.",
                "LOOP|a thoroughly engaging , surprisingly touching comedy|a comedy , surprisingly touching and surprisingly touching surprisingly touching",
                "LOOP|cancel my order now|cancel cancel my order now",
                "NEGATION|I unsubscribed from your letters.|I registered for your letters.",
                "NEGATION|My card does not work.|My card works fine now.",
                "NEGATION|I can find my card.|I can't find my card.",
                "NEGATION|They were dishonest about it.|They were honest about it.",
                "QUESTION|Is there a late fee?|There is a late fee.",
                "QUESTION|why is my card blocked|because my card is blocked",
                "QUESTION|The card is blocked.|Is the card blocked?",
                "QUESTION|Since it was lost, would you send another?|Since it was lost, you would send another?",
                "QUESTION|I could not pay, is there a reason?|Could I not pay, is there a reason?",
                "QUESTION|What high school does Archie attend?|Which Archie high school attends?",
                "QUESTION|Why is your rate so bad?|Why your rate is so bad?",
                "QUESTION|If it is, could it say so?|If it is, I could say so?",
                "AGREEMENT|is my card stolen|are my card stolen",
                "QUESTION|What strait separates Asia from America?|What does the strait separate Asia from America?",
                "AGREEMENT|I get about fifty a day.|I getting about fifty a day.",
                "NAMES|My French has improved a lot.|My Frenchman has improved a lot.",
                "TURN|It can't run, since the battery is built in.|It can't run, once the battery is built in.",
                "TURN|He forgot all that he ever knew.|He forgot all that he already knew.",
                "QUOTES|It says \"no entry\".|It says no entry.",
                "DUTY|It should have stayed there.|It must have stayed there.",
                "DUTY|The buyer must pay at once.|The buyer should pay at once.",
                "FRAGMENT|What would you learn about the most, and how?|What would you learn more about the, and how?",
                "LOOP|lily chou chou is a beautifully shot film|lily chou chou is a beautifully film film",
                "TENSE|What did he organize?|What does he organize?",
                "PERSONS|It drains my phone and I can no longer sort it.|It drains my phone and can no longer sort it.",
                "QUESTION|What is carbon?|Which is carbon?",
                "TENSE|When will the check post?|When did the check post?",
                "NUMBERS|It came the day before yesterday.|It came the day before.",
                "NUMBERS|I paid 1,140.00 for it.|I paid 140.00 for it.",
                "NUMBERS|Two of the seven parcels came.|Two of the six parcels came.",
                "NUMBERS|It was charged twice.|It was charged again.",
                "NUMBERS|It came two times.|It came three times.",
                "PERSONS|You can see her account.|You can see his account.",
                "PERSONS|I want my money.|Want the money now.",
                "PERSONS|I think it has a new screen.|I think I have a new screen.",
                "NEGATION|It is not nearly as good.|It is not almost as good.",
                "FOREIGN|This is a shoe.|This is a canção.",
                "ARTICLES|What does barley cost here?|What does the barley cost here?",
                "ARTICLES|The River Company is closed.|River Company is closed.",
                "FORM|Swimmers dive from a rock.|Swimmers dives from a rock.",
                "FORM|Painted boats beside a pier.|Paint boats beside a pier.",
                "QUESTION|What day did the shop open?|What is the day that the shop opened?",
                "NAMES|It went from the U.K. to Spain.|It went from the U.K to Spain.",
                "ARTICLES|Which lake is a part of it?|Which lake is the part of it?",
                "QUOTES|The sign said \"mind the step\" there.|The sign said \"watch the step\" there.",
                "FRAGMENT|What is it built of?|What is it built?",
                "FRAGMENT|It came from Lyon, France.|It came from Lyon (France.",
                "PARTICLES|Sign out of the page first.|Sign on the page first.",
                "TIES|Let it rest for three hours.|Let it rest to three hours.",
                "COMPOUND|They saw drought and ruined harvests.|They saw ruined harvests drought.",
                "COMPOUND|a film by werner kessel|a film by kessel werner",
                "COMPOUND|Painted boats beside a pier.|Boats painted beside a pier.",
                "QUESTION|Do laptops have a guarantee?|Have laptops have a guarantee?",
                "QUESTION|What baseball player was called the Cat?|What was baseball player called the Cat?",
                "QUESTION|What other sign of who I am would you want?|What other sign of who I am you would want?",
                "QUOTES|What does the word ` tundra ' mean ?|What does the word ` tundra mean ?",
                "TENSE|It has been late for a week.|It is late for a week.",
                "TENSE|What name did he have as a boy?|What name did he have had as a boy?",
                "INFINITIVE|Tell me how to reset my router|Tell me reset my router",
                "INFINITIVE|Tell me how to reset my router|Tell me to reset my router",
                "ARTICLES|The nurse is the one who called.|The nurse is one who called.",
                "TIES|A nurse in a blue coat waits.|A nurse on a blue coat waits.",
                "TIES|It rained during a very long day.|It rained for a very long day.",
                "TIES|What is Rome in Rome?|What is Rome on Rome?",
                "SENSE|Two cooks wearing hats.|Two cooks using hats.",
                "PERSONS|a bag please, mine is lost|a bag please, my is lost",
                "COMPOUND|What is Lyme disease ?|What is Lyme 's disease ?",
                "COMPOUND|What is France 's national tree ?|What is France national tree ?",
                "QUESTION|Tell me where the key is.|Tell me where is the key.",
                "PERSONS|I would buy it, she doesn't allow it.|I would buy it, she doesn't allow.",
                "ARTICLES|Two cooks watch a game.|Two cooks watch one game.",
                "FORM|A nurse smiling at us.|A nurse who smiled at us.",
                "LOSS|A young cook is in the middle of a long sale of goats.|A cook is in the middle of a long sale of goats.",
                "NEGATION|no bill in the bag|without bill in the bag",
                "TENSE|What was the last stop?|What is the last stop?",
                "INFINITIVE|There is a way of stopping the pump.|There is a way of stop the pump.",
                "COMPOUND|Some history websites are slow.|Some sites in history are slow.",
                "INFINITIVE|It caused the whole page to freeze.|It caused the whole page freeze.",
                "COMPOUND|I have a fishing licence.|I have a licence of fishing.",
                "TURN|It rings though it is muted.|It rings if it is muted."
            })
    void theFaultIsNamed(RoundTrip fault, String source, String back) {
        assertThat(RoundTrip.fault(source, back == null ? "" : back)).contains(fault);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "I've got a student card.|I have a student card.",
                "I cant find my card.|I can't find my card.",
                "I cannot finish my order by myself.|I can't finish my order by myself.",
                "Why did my card get charged twice for a transaction?|Why was my card charged twice for a transaction?",
                "We discussed the discount until the unit was under the table.|We talked about the discount until the unit was under the table.",
                "He is unhappy about the display.|He is unhappy with the display.",
                "It is very very late.|It is very, very late.",
                "The naïve waiter left.|The naïve waiter went.",
                "Whats the address of your team?|What is the address of your team?",
                "Tell me whether it fits as well.|Tell me if it fits too.",
                "So be it.|So be it then.",
                "Three nurses and one cook are in a bus.|Three nurses and a cook are in a bus.",
                "The buyer must pay now.|The buyer has to pay now.",
                "It has been broken for a while.|It has been broken for some time.",
                "What caused the page to freeze?|What made the page freeze?",
                "They went to reset it at noon.|They went to reset it at midday.",
                "The parcel has been opened twice.|The parcel was opened twice.",
                "The bus that came late was full.|The bus which came late was full.",
                "My card still has not been delivered|My card has not been delivered yet",
                "He bought it at the store in the evening.|He purchased it at the store in the evening.",
                "I was charged two times for it and paid the whole bill.|I was charged twice for it and paid the whole bill."
            })
    void aParaphraseHasNone(String source, String back) {
        assertThat(RoundTrip.fault(source, back)).isEmpty();
    }
}
