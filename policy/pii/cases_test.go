package pii

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// cases are texts with what is to be found in them by every kind.
var cases = []struct{ text, want string }{
	{"", ""},
	{"no data at all", ""},

	{"mail ann@example.com now", "email:ann@example.com"},
	{"ann.b_c+tag@mail.example.co.uk.", "email:ann.b_c+tag@mail.example.co.uk"},
	{"<ann@example.com>, 'bob@example.org'", "email:ann@example.com, email:bob@example.org"},
	{"mailto:ann@example.com?subject=x", "email:ann@example.com"},
	{"o'brien@example.com", "email:o'brien@example.com"},
	{"jörg@müller.de", "email:jörg@müller.de"},
	{"我的邮箱是zhang@example.com。", "email:zhang@example.com"},
	{"さくら@example.com", ""},
	{"john123@x.io", "email:john123@x.io"},
	{"5551234567@vtext.com", "email:5551234567@vtext.com"},
	{"пишите на ihor@карпа.укр, да", "email:ihor@карпа.укр"},
	{"a@b", ""},
	{"a@b.c", ""},
	{"@ann and ann@", ""},
	{"a@@b.com", ""},
	{"ann@example..com", ""},
	{"react@18.2.0 and logo@2x.png", ""},
	{"git@github.com:org/repo.git", ""},
	{"@Override.foo x.@Override.foo", ""},
	{"ann@ex-ample.com-", "email:ann@ex-ample.com"},
	{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.com", ""},

	{"postgres://app:s3cr3t@db.example.com/x", "url:app:s3cr3t"},
	{"redis://:s3cr3t@10.1.2.3:6379", "url::s3cr3t, ip:10.1.2.3"},
	{"https://user:p@ss@host.com/", "url:user:p@ss"},
	{"postgres://user:password@localhost/db", ""},
	{"https://$USER:$PASS@host.com", ""},
	{"https://example.com:8080/a@b", ""},
	{"ssh://git@github.com/x", ""},

	{"call +49 (0)30 1234567 now", "phone:+49 (0)30 1234567"},
	{"+1-212-555-0147", "phone:+1-212-555-0147"},
	{"001-581-896-0013x3890", "phone:001-581-896-0013x3890"},
	{"(212) 555-0147", "phone:(212) 555-0147"},
	{"(212)555-0147", "phone:(212)555-0147"},
	{"212.555.0147 ext. 12", "phone:212.555.0147 ext. 12"},
	{"call (212-555-0147)", "phone:212-555-0147"},
	{"1 (800) 555-0199", "phone:1 (800) 555-0199"},
	{"2125550147", "phone:2125550147"},
	{"+33 1 23 45 67 89", "phone:+33 1 23 45 67 89"},
	{"01 23 45 67 89", "phone:01 23 45 67 89"},
	{"01.23.45.67.89", "phone:01.23.45.67.89"},
	{"(01632) 960123", "phone:(01632) 960123"},
	{"tel 01632960123", "phone:01632960123"},
	{"03-1234-5678", "phone:03-1234-5678"},
	{"tel:+442079460958", "phone:+442079460958"},
	{"8 (912) 345-67-89", "phone:8 (912) 345-67-89"},
	{"(11) 98765-4321", "phone:(11) 98765-4321"},
	{"phone: 712 345 678", "phone:712 345 678"},
	{"电话13812345678", "phone:13812345678"},
	{"call 555-1234", "phone:555-1234"},
	{"(351) 912 345 678", "phone:(351) 912 345 678"},
	{"WhatsApp me on 38922368629", "phone:38922368629"},
	{"212\u2011555\u20110147", "phone:212\u2011555\u20110147"},
	{"712 345 678 people", ""},
	{"order id 2125550147", ""},
	{"on 2024-01-31 and 01-02-2024", ""},
	{"from 2000-3000 tokens", ""},
	{"call us in 2020-2024", ""},
	{"$2125550147", ""},
	{"7c21100c-8de4-4687-8952-5de3ac5e42b1", ""},
	{"+50 points, +1000", ""},
	{"pi is 3.14159265358979", ""},
	{"1,234,567,890", ""},
	{"https://x.com/status/2125550147", ""},

	{"4111 1111 1111 1111", "card:4111 1111 1111 1111"},
	{"4111-1111-1111-1111.", "card:4111-1111-1111-1111"},
	{"4111111111111111", "card:4111111111111111"},
	{"card 4111 1111 1111 1111 12/27 123", "card:4111 1111 1111 1111"},
	{"3782 822463 10005", "card:3782 822463 10005"},
	{"5555555555554444:12/25:123", "card:5555555555554444"},
	{"4111 1111 1111 1112", ""},
	{"4111 1111 1111 1111 1111 1111", ""},
	{"x4111111111111111", ""},
	{"94111111111111111", ""},
	{"1111 4111 1111 1111 1111", ""},
	{"41111111111111111111111111111111111111111111111111", ""},

	{"IBAN DE89370400440532013000.", "iban:DE89370400440532013000"},
	{"GB29 NWBK 6016 1331 9268 19", "iban:GB29 NWBK 6016 1331 9268 19"},
	{"de89 3704 0044 0532 0130 00", "iban:de89 3704 0044 0532 0130 00"},
	{"DE88370400440532013000", ""},
	{"XDE89370400440532013000", ""},

	{"ssn 536-90-4399", "ssn:536-90-4399"},
	{"my social security number is 536904399", "ssn:536904399"},
	{"SSN: 536 90 4399", "ssn:536 90 4399"},
	{"536 90 4399", ""},
	{"000-12-3456, 666-12-3456, 123-00-4567, 123-45-0000", ""},
	{"900-70-1234", "itin:900-70-1234"},
	{"900-66-1234", ""},
	{"536-90-4399-1", ""},

	{"ping 203.0.113.7!", "ip:203.0.113.7"},
	{"203.0.113.7:8080", "ip:203.0.113.7"},
	{"http://198.51.100.20/x", "ip:198.51.100.20"},
	{"10.0.0.0/16, 127.0.0.1, 0.0.0.0, 255.255.255.0", ""},
	{"version 3.10.22.41", ""},
	{"v3.10.22.41 and 1.2.3.4", ""},
	{"the IP 1.2.3.4", "ip:1.2.3.4"},
	{"256.1.1.1 and 1.2.3.4.5", ""},
	{"2001:db8:0:1:1:1:1:1", "ip:2001:db8:0:1:1:1:1:1"},
	{"fe80::1ff:fe23:4567:890a,", "ip:fe80::1ff:fe23:4567:890a"},
	{"2001:db8::: x", "ip:2001:db8::"},
	{"at 12:30:45", ""},
	{"std::vector a::b dead::beef", ""},
	{"00:1A:2B:3C:4D:5E", "mac:00:1A:2B:3C:4D:5E"},
	{"AA-BB-CC-DD-EE-F1", "mac:AA-BB-CC-DD-EE-F1"},
	{"00-1a-2b-3c-4d-5e", "mac:00-1a-2b-3c-4d-5e"},
	{"ff:ff:ff:ff:ff:ff", ""},
	{"00:1A:2B:3C:4D:5E:6F", ""},

	{"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "btc:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"},
	{"3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "btc:3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"},
	{"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", ""},
	{"bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "btc:bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"},
	{"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "btc:bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"},
	{"bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdx", ""},
	{"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "eth:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"},
	{"0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "eth:0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"},
	{"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed", ""},

	{"DOB: 12/03/1985", "birthdate:12/03/1985"},
	{"born on 1985-03-12.", "birthdate:1985-03-12"},
	{"date of birth 12.03.85", "birthdate:12.03.85"},
	{"born March 3, 1985", "birthdate:3, 1985"},
	{"born on the 3rd of March, 1985", "birthdate:3rd of March, 1985"},
	{"geboren am 3. März 1985", "birthdate:3. März 1985"},
	{"née le 3 décembre 1985", "birthdate:3 décembre 1985"},
	{"Mozart was born on 27 January 1756", ""},
	{"due on 12/03/1985", ""},

	{"passport no. 208055794", "passport:208055794"},
	{"Passport L73713228", "passport:L73713228"},
	{"Aadhaar 2345 6789 0124", "in-aadhaar:2345 6789 0124"},
	{"BSN 111222333", "nl-bsn:111222333"},
	{"RSSMRA85T10A562S", "it-codicefiscale:RSSMRA85T10A562S"},
	{"RSSMRA85T10A562T", ""},
	{"CPF 529.982.247-25", "br-cpf:529.982.247-25"},
	{"DNI 12345678Z", "es-dni:12345678Z"},
	{"NIE X1234567L", "es-dni:X1234567L"},
	{"DNI 12345678A", ""},
	{"NHS 943 476 5919", "uk-nhs:943 476 5919"},
	{"NINO AB123456C", "uk-nino:AB123456C"},
	{"his number is AB 12 34 56 C.", "uk-nino:AB 12 34 56 C"},
	{"NIR 1 85 12 78 006 084 09", "fr-nir:1 85 12 78 006 084 09"},
	{"PESEL 44051401359", "pl-pesel:44051401359"},
	{"811218-9876", "se-personnummer:811218-9876"},
	{"SIN 130 692 544", "ca-sin:130 692 544"},
	{"Steuer-ID 86095742719", "de-steuerid:86095742719"},
}

func TestCases(t *testing.T) {
	for _, c := range cases {
		require.Equal(t, c.want, whole(every, c.text), "%q", c.text)
	}
}

func TestOnlyAskedFor(t *testing.T) {
	require.Equal(t, "", whole(1<<Phone, "4111 1111 1111 1111, 536-90-4399, DE89 3704 0044 0532 0130 00, 203.0.113.7"))
	require.Equal(t, "", whole(All, "DNI 12345678Z, RSSMRA85T10A562S"))
	require.Equal(t, "", whole(0, "ann@example.com"))
}

func TestParseKinds(t *testing.T) {
	for k := Kind(0); k < kinds; k++ {
		s, ok := ParseKinds(k.String())
		require.True(t, ok && s == 1<<k, "%v", k)
	}
	for name, want := range map[string]Kinds{"all": All, "national": National} {
		s, ok := ParseKinds(name)
		require.True(t, ok && s == want, name)
	}
	_, ok := ParseKinds("e-mail")
	require.False(t, ok)
}
