package main

import (
	"math/rand/v2"
	"strings"
)

// sentences are words as people write to models and models answer, and none of a list.
var sentences = [...]string{
	`The invoice from March shows two line items that were billed twice, and the customer asks for a refund.`,
	`Please summarise the attached report in three short paragraphs for readers who know nothing of the project.`,
	`A function returns early when the slice is empty, so the caller never sees an index out of range.`,
	`Water boils at a lower temperature in the mountains because the pressure of the air is lower there.`,
	`We moved the database to a larger machine on Tuesday, and latency went back to forty milliseconds.`,
	`Her grandmother kept bees, sold honey at the market, and wrote down the weather of every single day.`,
	`Translate the following message into German, keep the tone polite, and do not change any of the names.`,
	`If both tests pass, merge the branch; otherwise open a ticket with the log and the number of the build.`,
	`The train leaves at 7:45 from platform 12, and the connection in Lyon allows nineteen minutes.`,
	`Photosynthesis turns light into chemical energy, which plants store as sugar and use through the night.`,
	`He answered \"not before Friday\" and added that the supplier had confirmed 1,250 units for the 3rd.`,
	`To restart the service, run the script with the flag shown above and wait until the check is green.`,
	`Quarterly revenue grew by 8.4% to $12.6 million, while costs rose by 3.1% over the same period.`,
	`An émigré from Kraków opened the café in 1921; its façade is protected, and its cakes are famous.`,
	`Step one: read the whole question.\nStep two: list what is known.\nStep three: draw a small picture.`,
	`The museum is closed on Mondays, but guided tours can be arranged by telephone a week in advance.`,
}

// prose is text of n bytes that can stand in a JSON string as it is. The same seed gives the same text.
func prose(n int, seed uint64) string {
	var b strings.Builder
	random := rand.New(rand.NewPCG(seed, 1))
	b.Grow(n)
	for {
		for word := range strings.SplitAfterSeq(sentences[random.IntN(len(sentences))]+" ", " ") {
			if b.Len()+len(word) > n {
				b.WriteString(strings.Repeat(".", n-b.Len()))
				return b.String()
			}
			b.WriteString(word)
		}
	}
}
