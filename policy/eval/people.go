package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// value is personal data of one kind within a text.
type value struct{ text, value, kind string }

// personalData measures what is found of personal data that is made here, what is found that is none of it, and what in texts without any.
func personalData(t *table, prompts, words []row) {
	f := newFinder(`{"POLICY_PII":"all:redact"}`)
	r := rand.New(rand.NewPCG(20, 26))
	targets := []struct {
		kind              string
		recall, precision float64
		make              func(r *rand.Rand) string
	}{
		{"card", 0.99, 0.98, card}, {"email", 0.99, 0.98, email}, {"iban", 0.99, 0.98, iban}, {"ssn", 0.99, 0.98, ssn},
		{"ip", 0.99, 0.98, address}, {"phone", 0.85, 0.90, phone},
	}
	values := map[string]value{} // by text
	all := map[string][]string{}
	for _, k := range targets {
		for range 2000 {
			v := value{value: k.make(r), kind: k.kind}
			v.text = strings.Replace(pick(r, around[k.kind]), "{}", v.value, 1)
			if r.IntN(2) == 0 {
				v.text = pick(r, sentences) + " " + v.text
			}
			if r.IntN(2) == 0 {
				v.text += " " + pick(r, sentences)
			}
			values[v.text] = v
			all[k.kind] = append(all[k.kind], v.text)
		}
	}
	var alike []string
	for range 300 {
		for _, make := range lookAlikes {
			alike = append(alike, pick(r, sentences)+" "+make(r))
		}
	}
	for _, k := range targets {
		t.atLeast(k.recall, "personal data: "+k.kind+", recall", all[k.kind], func(text string) bool {
			names, after := f.find(text)
			return slices.Contains(names, k.kind) && !strings.Contains(after, values[text].value)
		})
		var claimed []string // texts in which such a value is claimed to be
		for _, text := range slices.Concat(all["card"], all["email"], all["iban"], all["ssn"], all["ip"], all["phone"], alike) {
			if names, _ := f.find(text); slices.Contains(names, k.kind) {
				claimed = append(claimed, text)
			}
		}
		t.atLeast(k.precision, "personal data: "+k.kind+", precision", claimed, func(text string) bool { return values[text].kind == k.kind })
	}
	t.atMost(0.05, "personal data: look-alikes", alike, f.finds)
	// A few prompts have what their authors made up as such: left out, after a look at what was found, by marks that all of these have.
	without := texts(prompts, func(r row) bool {
		return r.Label == 0 && !strings.Contains(r.Text, "@") && !strings.Contains(r.Text, "Phone:") && !strings.Contains(r.Text, "Born:")
	})
	t.atMost(0.001, "personal data: benign prompts without any", without, f.finds)
	t.atMost(0.001, "personal data: tweets and words", texts(words, func(r row) bool { return !strings.Contains(r.Text, "@") }), f.finds)
}

func pick(r *rand.Rand, of []string) string { return of[r.IntN(len(of))] }

// digits are n of them.
func digits(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + r.IntN(10))
	}
	return string(b)
}

// grouped cuts a text into groups of these sizes, and fills a rest into the last.
func grouped(text, separator string, sizes ...int) string {
	var parts []string
	for _, n := range sizes {
		n = min(n, len(text))
		parts, text = append(parts, text[:n]), text[n:]
	}
	if text != "" {
		parts = append(parts, text)
	}
	return strings.Join(parts, separator)
}

// luhn completes a number with its check digit, plus a wrong one if it is to be wrong.
func luhn(number string, wrong int) string {
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return number + fmt.Sprint((10-sum%10+wrong)%10)
}

func cardOf(r *rand.Rand, wrong int) string {
	prefix, size := pick(r, []string{"4", "51", "55", "2221", "6011", "37", "34", "3530", "62"}), 16
	if prefix[0] == '3' && len(prefix) == 2 {
		size = 15
	}
	n := luhn(prefix+digits(r, size-1-len(prefix)), wrong)
	switch separator := pick(r, []string{"", "", " ", "-"}); {
	case separator == "":
		return n
	case size == 15:
		return grouped(n, separator, 4, 6, 5)
	default:
		return grouped(n, separator, 4, 4, 4, 4)
	}
}

func card(r *rand.Rand) string { return cardOf(r, 0) }

func email(r *rand.Rand) string {
	name := pick(r, []string{"ann", "bob.smith", "j_doe", "mueller", "o'neil", "x", "li-wei", "Maria.Garcia", "kim+news", "a.b.c", "info"})
	if r.IntN(3) == 0 {
		name += digits(r, 1+r.IntN(4))
	}
	host := pick(r, []string{"example", "mail.example", "uni-bonn", "gmail", "my-company", "web", "sub.domain.site", "x1"})
	return name + "@" + host + "." + pick(r, []string{"com", "org", "de", "co.uk", "io", "travel", "fr", "com.br", "info"})
}

// ibans are forms of some countries: letters are digits (n), capital letters (a), or either (c).
var ibans = []string{
	"DEnnnnnnnnnnnnnnnnnn", "GBaaaannnnnnnnnnnnnn", "FRnnnnnnnnnnccccccccccc" + "nn", "ITannnnnnnnnncccccccccccc", "ESnnnnnnnnnnnnnnnnnnnn", "NLaaaannnnnnnnnn",
	"PLnnnnnnnnnnnnnnnnnnnnnnnn", "CHnnnnncccccccccccc", "ATnnnnnnnnnnnnnnnn", "BEnnnnnnnnnnnn", "NOnnnnnnnnnnn", "SEnnnnnnnnnnnnnnnnnnnn", "MTaaaannnnncccccccccccccccccc",
}

func ibanOf(r *rand.Rand, wrong int) string {
	form := pick(r, ibans)
	var b strings.Builder
	for _, c := range form[2:] {
		switch {
		case c == 'a' || c == 'c' && r.IntN(3) == 0:
			b.WriteByte(byte('A' + r.IntN(26)))
		default:
			b.WriteByte(byte('0' + r.IntN(10)))
		}
	}
	rest := 0
	for _, c := range b.String() + form[:2] + "00" {
		if c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	n := fmt.Sprintf("%s%02d%s", form[:2], (98-rest+wrong-2)%97+2, b.String())
	switch r.IntN(3) {
	case 0:
		return grouped(n, " ", 4, 4, 4, 4, 4, 4, 4)
	case 1:
		return strings.ToLower(n)
	}
	return n
}

func iban(r *rand.Rand) string { return ibanOf(r, 0) }

func ssn(r *rand.Rand) string {
	area := 1 + r.IntN(898)
	if area >= 666 {
		area++
	}
	return fmt.Sprintf("%03d-%02d-%04d", area, 1+r.IntN(99), 1+r.IntN(9999))
}

func address(r *rand.Rand) string {
	if r.IntN(3) > 0 {
		return fmt.Sprintf("%d.%d.%d.%d", pickInt(r, 23, 45, 64, 81, 93, 104, 152, 172, 192, 198, 203), r.IntN(256), r.IntN(256), 1+r.IntN(254))
	}
	if r.IntN(2) == 0 {
		return fmt.Sprintf("2001:db8:%x::%x:%x", 1+r.IntN(65535), 1+r.IntN(65535), 1+r.IntN(65535))
	}
	parts := []string{fmt.Sprintf("2%03x", r.IntN(4096))}
	for range 7 {
		parts = append(parts, fmt.Sprintf("%x", 16+r.IntN(65519)))
	}
	return strings.Join(parts, ":")
}

func pickInt(r *rand.Rand, of ...int) int { return of[r.IntN(len(of))] }

// phones are forms of telephone numbers: n any digit, x one from 2 to 9.
var phones = []string{
	"(xnx) xnx-nnnn", "xnx-xnx-nnnn", "xnx.xnx.nnnn", "+1 xnx xnx nnnn", "+1-xnx-xnx-nnnn", "1 (xnx) xnx-nnnn", "xnxxnxnnnn", "xnx-xnx-nnnn x12n",
	"+44 20 xnnn nnnn", "020 xnnn nnnn", "+44 (0)161 xnn nnnn", "07xnn nnnnnn", "+49 30 xnnnnnn", "030 xnnnnnn", "+49 (0)89 xnnnnn", "0171/xnnnnnn",
	"+33 1 xn nn nn nn", "01 xn nn nn nn", "06.xn.nn.nn.nn", "+34 6xn nnn nnn", "+39 06 xnnn nnnn", "+31 6 xnnnnnnn", "+91 9xnnn nnnnn", "+81 3-xnnn-nnnn",
	"03-xnnn-nnnn", "+55 11 9xnnn-nnnn", "(11) 9xnnn-nnnn", "+86 13x nnnn nnnn", "+7 9xn nnn-nn-nn", "8 (9xn) nnn-nn-nn", "+61 4xn nnn nnn", "+48 xnn nnn nnn",
	"+46 70 xnn nn nn", "+4176xnnnnnn", "+358 40 xnnnnnn",
}

func phone(r *rand.Rand) string {
	return each(pick(r, phones), func(_ int, c rune) string {
		switch c {
		case 'n':
			return fmt.Sprint(r.IntN(10))
		case 'x':
			return fmt.Sprint(2 + r.IntN(8))
		}
		return string(c)
	})
}

// lookAlikes are no personal data.
var lookAlikes = []func(r *rand.Rand) string{
	func(r *rand.Rand) string { return "The order has the number " + cardOf(r, 1+r.IntN(9)) + "." },
	func(r *rand.Rand) string { return "It said " + ibanOf(r, 1+r.IntN(90)) + "." },
	func(r *rand.Rand) string { return fmt.Sprintf("Part 000-%s-%s fits.", digits(r, 2), digits(r, 4)) },
	func(r *rand.Rand) string {
		return fmt.Sprintf("Use version %d.%d.%d.%d of it.", r.IntN(9), r.IntN(20), r.IntN(9), r.IntN(99))
	},
	func(r *rand.Rand) string {
		return fmt.Sprintf("On 20%s-0%d-1%d it rained.", digits(r, 2), 1+r.IntN(9), r.IntN(10))
	},
	func(r *rand.Rand) string {
		return fmt.Sprintf("In all %d,%s,%s people came.", 1+r.IntN(9), digits(r, 3), digits(r, 3))
	},
	func(r *rand.Rand) string {
		return fmt.Sprintf("That makes %d.%s metres.", r.IntN(9), digits(r, 8+r.IntN(6)))
	},
	func(r *rand.Rand) string {
		return fmt.Sprintf("See %08x-%04x-4%03x-a%03x-%012x.", r.Uint32(), r.IntN(65536), r.IntN(4096), r.IntN(4096), r.Uint64()>>16)
	},
	func(r *rand.Rand) string {
		return fmt.Sprintf("commit %016x%016x%08x", r.Uint64(), r.Uint64(), r.Uint32())
	},
	func(r *rand.Rand) string { return "ISBN 978-3-16-" + digits(r, 6) + "-0" },
	func(r *rand.Rand) string {
		return fmt.Sprintf("At %02d:%02d:%02d, the years 1939-1945.", r.IntN(24), r.IntN(60), r.IntN(60))
	},
	func(r *rand.Rand) string {
		return "npm i left-pad@" + digits(r, 1) + "." + digits(r, 1) + ".0 @types/node"
	},
	func(r *rand.Rand) string { return "It costs $" + digits(r, 7) + " and takes 12 345 678 steps." },
	func(r *rand.Rand) string { return "std::vector<int> a" + digits(r, 2) + "; // a::b::c" },
	func(r *rand.Rand) string { return "unix time 17" + digits(r, 8) },
}

// around is what people write around personal data.
var around = map[string][]string{
	"card":  {"My card number is {}.", "Charge {} please, exp 12/27", "card: {}", "{} was declined", "Pay with {}, cvv 123"},
	"email": {"Write to {} please.", "My email: {}.", "Contact <{}> now", "{} is my address", "mailto:{}", `"{}"`},
	"iban":  {"My IBAN is {}.", "Transfer to {} today", "IBAN: {}", "{} is the account", "send 500 EUR to {}, please"},
	"ssn":   {"My SSN is {}.", "SSN: {}", "social security number {}", "{} is his number"},
	"ip":    {"The server is at {}.", "ping {} failed", "IP {}", "host {} refused", "Address: {}, port 80", "login from {} at noon"},
	"phone": {"Call me at {}.", "My phone number is {}, thanks", "Tel: {}", "Please text {} when you arrive.", "Fax number: {}", "{} is the number of the office", "Contact Anna ({}) or write"},
}

// sentences are harmless.
var sentences = []string{
	"The committee met on Tuesday and talked about the budget.", "Nobody knew why the lamp had failed.", "Please summarise the report in three points.",
	"Water boils at a lower temperature in the mountains.", "She had 14 cats and 3 dogs.", "We came home at 7:45 and went to bed.", "It grew by 8.4% last year.",
}
