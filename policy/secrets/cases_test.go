package secrets

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The values below are of chance, and none of anybody. They are written in two halves, so that nobody's scanner takes them for a leak.
const (
	chance36 = "Zf3D0LXCM3EIMbgJpUNn" + "kRtOfOueHznB7q2a"
	chance40 = "5oK0U90ME14yU6CVxV90" + "crvfqVlNH2wRKBwcLWDc"
	hex32    = "68a215b1d48f6be15c7f" + "8c4d0a9e7b63"
	body     = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDAC4AWkdwKYSd8\nKs14IReLcYgADhoXk56ZzXI=\n"
	pem      = "-----BEGIN " + "PRIVATE KEY-----\n" + body + "-----END " + "PRIVATE KEY-----"
	token    = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9" + ".eyJ1c2VyX2lkIjoiYTAwYzI3ZDEtYjVhYSJ9." + "PtfDS1niGoZ7pV6kplIq1fVKLnknQ3IwcrLZhoVCU"
)

// cases are texts with what is to be found in them.
var cases = []struct{ text, want string }{
	{"", ""},
	{"no secret at all", ""},
	{"a verylongwordindeedwithoutanydigit, andanotherverylongone", ""},

	{"use ghp_" + chance36 + " please", "github-pat:ghp_" + chance36},
	{"GITHUB_TOKEN=ghp_" + chance36, "github-pat:ghp_" + chance36},
	{`{"config.ini": "X_TOKEN=ghp_` + chance36 + `\nBACKUP=true"}`, "github-pat:ghp_" + chance36},
	{`"a\nghp_` + chance36 + `"`, "github-pat:ghp_" + chance36},
	{"ghp_" + chance36 + "x", ""},
	{"xghp_" + chance36, ""},
	{"ghp_" + strings.Repeat("x", 36), ""},
	{"glpat-" + chance36[:20] + ".", "gitlab-pat:glpat-" + chance36[:20]},
	{"AKIA" + "ALALEMEL33243OLI", "aws-access-token:AKIA" + "ALALEMEL33243OLI"},
	{"AKIA" + "IOSFODNN7EXAMPLE", ""},
	{"TODAYINASIAASACKOFRICEFELLOVER", ""},
	{"sk-" + "q1rivg1uebounikt6wfmT3BlbkFJ14s5e9pg4h64jtiqc9ao", "llm-api-key:sk-" + "q1rivg1uebounikt6wfmT3BlbkFJ14s5e9pg4h64jtiqc9ao"},
	{"AIza" + "pezRxd1p6EY2oI0BeD2uS57bU9-enHFbLtV", "gcp-api-key:AIza" + "pezRxd1p6EY2oI0BeD2uS57bU9-enHFbLtV"},
	{"AIza" + "SyAnLA7NfeLquW1tJFpx_eQCxoX-oo6YyIs", ""},
	{"sk_test_" + "n6lhigr8a7fy6nalnjng13a3pko3g8", "stripe-access-token:sk_test_" + "n6lhigr8a7fy6nalnjng13a3pko3g8"},
	{"task_test_" + "n6lhigr8a7fy6nalnjng13a3pko3g8", ""},
	{"xoxb-781236542736-2364535789652-" + chance36[:24], "slack-bot-token:xoxb-781236542736-2364535789652-" + chance36[:24]},
	{"xoxb-xoxb-my-bot-token", ""},
	{"https://hooks.slack.com/services/" + chance40 + "abc", "slack-webhook-url:hooks.slack.com/services/" + chance40 + "abc"},
	{"hf_" + "uBlxDJViMbvBEILIpMbXrjVqluHOMlTsct", "huggingface-access-token:hf_" + "uBlxDJViMbvBEILIpMbXrjVqluHOMlTsct"},
	{"hf_requiredCharacteristicTypesForDisplayMetadata", ""},
	{"s.ZC9Ecf4M5g9o34Q6" + "RkzGsj0z", "vault-service-token:s.ZC9Ecf4M5g9o34Q6" + "RkzGsj0z"},
	{"s.makeKubeConfigController = args", ""},
	{"video_box.ico-" + hex32 + ".png", ""},
	{"client_secret: .IQ8Q~79R7TOWOspFnWcEG" + "-dYt4KXqFqxK16cxr", "azure-ad-client-secret:~79R7TOWOspFnWcEG" + "-dYt4KXqFqxK16cxr"},
	{"https://cafebabe:deadbeef@gems.contribsys.com/", "sidekiq-sensitive-url:cafebabe:deadbeef"},
	{"4839574812:AAH" + chance36[:32], "telegram-bot-api-token:4839574812:AAH" + chance36[:32]},
	{"12.5 and 1,234,567 and 2024-01-31", ""},

	{pem, "private-key:" + pem},
	{"key:\n" + pem + "\nend", "private-key:" + pem},
	{strings.ReplaceAll(pem, "\n", `\n`), "private-key:" + strings.ReplaceAll(pem, "\n", `\n`)},
	{strings.ReplaceAll(pem, "\n", " "), "private-key:" + strings.ReplaceAll(pem, "\n", " ")},
	{"-----BEGIN " + "RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n" + body + "and that was it", "private-key:-----BEGIN " +
		"RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n" + strings.TrimSpace(body)},
	{"-----BEGIN " + "PRIVATE KEY-----\n...\n-----END " + "PRIVATE KEY-----", ""},
	{"what does -----BEGIN " + "PRIVATE KEY----- mean in a file that I have here on my disk since a long time?", ""},
	{strings.ReplaceAll(pem, "PRIVATE", "PUBLIC"), ""},
	{"AGE-SECRET-KEY-1" + strings.Repeat("Q", 58), "age-secret-key:AGE-SECRET-KEY-1" + strings.Repeat("Q", 58)},
	{"Bearer " + token, "jwt:" + token},
	{"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1", ""},

	{`password = "` + chance36 + `"`, "generic-api-key:" + chance36},
	{"api_key: " + chance36, "generic-api-key:" + chance36},
	{"the api key is " + chance36 + ".", "generic-api-key:" + chance36},
	{"my password is P@ssw0rd$1x", "password:P@ssw0rd$1x"},
	{"https://x.com/?access_token=" + chance36 + "&x=1", "generic-api-key:" + chance36},
	{"<token>\n    " + chance36 + "\n</token>", "generic-api-key:" + chance36},
	{"Authorization: Basic YXBpOmtleS1hN2MzNDJ3MzNh", "authorization-header:YXBpOmtleS1hN2MzNDJ3MzNh"},
	{"curl -u elastic:P@ssw0rd$1 https://localhost", "curl-auth-user:elastic:P@ssw0rd$1"},
	{`curl -u ":d2LkV78zLx!t" https://localhost`, "curl-auth-user:d2LkV78zLx!t"},
	{`curl --user "$USER:$PASS" x`, ""},
	{"docker run --user 1000:1000123", ""},
	{"primaryKey=" + chance36, ""},
	{"csrf-token=" + chance36, ""},
	{"public_key: " + chance36, ""},
	{"dummyToken := \"" + chance36 + "\"", ""},
	{"sk-" + "ant-api03-abc123" + chance40 + chance40 + "xyz123789AA", ""},
	{"api_key: acdeFf05b1a6d4c890237bf0" + "8c5e6e8d2b4d0f2e", ""},
	{"password = os.environ['PASSWORD']", ""},
	{"password: your-password-here1", ""},
	{"api_key = <YOUR_API_KEY>", ""},
	{"API_TOKEN=xxxxxxxxxxxxxxxxxxxx", ""},
	{"api_key = abcdefghijklmnop123", ""},
	{"key = " + chance36, ""},
	{"token: ghp_Zf3D0...", ""},
	{"COMMUNICATION_API_VERSION=rc0.13.0_20230412_0712-SNAPSHOT", ""},
	{"max_tokens: 12345678901234567890", ""},
	{"sessions, " + chance36, ""},

	{"discordToken = " + hex32, "discord-client-secret:" + hex32},
	{"discord=00000000000000000000000000000000", ""},
	{"export CO_API_KEY=Dv2BsgprXrPm77uMhzLF" + "H0fbouSHtlZOorjkdH56", "cohere-api-token:Dv2BsgprXrPm77uMhzLF" + "H0fbouSHtlZOorjkdH56"},
	{`SetSysctl = "hvwegk95iell4d40sr2z3w8n"`, ""},
	{"sumOfExposures = sumOfExposures;", ""},
	{"BUNDLE_GEMS__CONTRIBSYS__COM: cafebabe:deadbeef", "sidekiq-secret:cafebabe:deadbeef"},
	{`<add key="ClearTextPassword" value="Cleartext-Passw0rd" />`, "nuget-config-password:Cleartext-Passw0rd"},
	{"kind: Secret\nmetadata:\n  name: x\ndata:\n  a.b: UyFCXCpkJHpEc2I9\n", "kubernetes-secret-yaml:UyFCXCpkJHpEc2I9"},
	{"data:\n  a.b: UyFCXCpkJHpEc2I9\nkind: Secret\n", "kubernetes-secret-yaml:UyFCXCpkJHpEc2I9"},
	{"data:\n  a.b: UyFCXCpkJHpEc2I9\nkind: ConfigMap\n", ""},
	{"kind: Secret\n---\ndata:\n  a.b: UyFCXCpkJHpEc2I9\n", ""},
}

func TestCases(t *testing.T) {
	for _, c := range cases {
		require.Equal(t, c.want, whole(All, c.text), "%q", c.text)
	}
}

func TestOnlyAskedFor(t *testing.T) {
	require.Equal(t, "", whole(1<<AWS, "ghp_"+chance36+" "+pem+" "+token+" password="+chance36))
	require.Equal(t, "", whole(0, pem))
}

func TestParseKinds(t *testing.T) {
	for k := Kind(0); k < kinds; k++ {
		s, ok := ParseKinds(k.String())
		require.True(t, ok && s == 1<<k, "%v", k)
	}
	all, ok := ParseKinds("all")
	require.True(t, ok && all == All)
	_, ok = ParseKinds("passwords")
	require.False(t, ok)
}

// TestRules makes sure that the tables are what their indexes take them for.
func TestRules(t *testing.T) {
	require.Less(t, len(rules), 256)
	require.Less(t, len(givens), 256)
	require.Less(t, len(meanings), 256)
	for _, r := range rules {
		p := compile(r.pattern)
		require.GreaterOrEqual(t, len(p[0].literal), 2, "%s: a rule begins with text", r.name)
		require.GreaterOrEqual(t, p.least(), plain, "%s: a rule finds what a run counts for", r.name)
		for _, q := range p {
			require.True(t, q.literal != "" || q.set != 0 && q.min <= q.max, "%s: %s", r.name, r.pattern)
			require.Less(t, q.max, maxToken+1, r.name)
		}
	}
	seen, last := map[string]bool{}, ""
	for _, g := range givens {
		require.GreaterOrEqual(t, compile(g.pattern).least(), shortest, g.name)
		require.True(t, g.keyword == last || !seen[g.keyword], "%s: givens of one keyword stand together", g.keyword)
		seen[g.keyword], last = true, g.keyword
	}
}
